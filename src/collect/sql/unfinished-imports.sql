-- One row per import that began and did not end.
SELECT import_id, file_name, format, status, report, updated_at FROM imports FINAL WHERE status != 'finished'
