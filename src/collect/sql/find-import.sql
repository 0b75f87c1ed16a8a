-- At most one row: the finished import of this content, read in this way.
SELECT report FROM imports FINAL WHERE import_id = {import_id:String} AND status = 'finished'
