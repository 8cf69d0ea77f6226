-- Of the names that people have already.
INSERT IGNORE INTO user_search_pairs (beginnings, user_id)
SELECT CONCAT(LEFT(a.word, 2), ' ', LEFT(b.word, 2)), a.user_id
FROM user_search_words a JOIN user_search_words b ON b.user_id = a.user_id AND b.word <> a.word;
