DROP TRIGGER journal_entries_keep ON journal_entries;
DROP FUNCTION keep_journal;
