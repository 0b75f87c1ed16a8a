-- One row per part of a version that is bytes, as base64; a few.
SELECT part, content FROM model_parts FINAL WHERE version = {version:String}
