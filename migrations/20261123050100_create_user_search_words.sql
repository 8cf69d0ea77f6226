-- The words of people's names, so that one is found by the first letters of any of them.
CREATE TABLE IF NOT EXISTS user_search_words (
    user_id BIGINT UNSIGNED NOT NULL,
    word VARCHAR(100) NOT NULL,
    PRIMARY KEY (user_id, word),
    KEY ix_user_search_words_word (word),
    CONSTRAINT fk_user_search_words_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT ck_user_search_words_word CHECK (word <> '')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
COMMENT='the words of names, written with the names';
