-- The names that people have already; from now on they are split as they are written.
INSERT IGNORE INTO user_search_words (user_id, word)
SELECT id, LOWER(first_name) FROM users WHERE first_name <> ''
UNION
SELECT id, LOWER(last_name) FROM users WHERE last_name <> '';
