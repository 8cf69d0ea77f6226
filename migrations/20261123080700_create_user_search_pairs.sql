-- How any two words of a name begin, so that two common words lead to few people.
CREATE TABLE IF NOT EXISTS user_search_pairs (
    beginnings VARCHAR(5) NOT NULL COMMENT 'two letters of a word, a blank, two of another',
    user_id BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (beginnings, user_id),
    KEY ix_user_search_pairs_user_id (user_id),
    CONSTRAINT fk_user_search_pairs_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT ck_user_search_pairs_beginnings CHECK (beginnings LIKE '_% _%')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='the words of names two by two, written with the names';
