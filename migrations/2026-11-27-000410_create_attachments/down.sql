DROP TABLE attachment_pieces;
DROP TABLE attachments;
