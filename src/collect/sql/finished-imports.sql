-- One row per file that was imported.
SELECT report FROM imports FINAL WHERE status = 'finished' ORDER BY updated_at, import_id
