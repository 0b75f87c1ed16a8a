-- One row per import that began and did not end.
SELECT import_id, status, updated_at FROM imports FINAL WHERE status != 'finished'
