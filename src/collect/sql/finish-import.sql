-- One row: the import, now finished, with the report it was to have.
INSERT INTO imports (
    import_id, file_name, format, status, row_count, stored_count, duplicate_count, quarantined_count, report, updated_at
)
SELECT
    import_id, file_name, format, 'finished', row_count, stored_count, duplicate_count, quarantined_count, report,
    greatest(now64(3), updated_at + INTERVAL 1 MILLISECOND)
FROM imports FINAL
WHERE import_id = {import_id:String}
