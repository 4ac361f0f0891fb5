DROP TABLE letter_attempts;
DROP TABLE letter_items;
DROP TABLE letters;
