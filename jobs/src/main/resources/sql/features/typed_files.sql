-- typed_files: the regular files of the inventory with the type class of their names.
-- Input:  files
-- Grain:  one row per regular file
--   suffix           text behind the last dot of the name, lower case; empty where there is none or more
--                    than 12 characters
--   size_octave      log2 of the smallest power of two that holds the file, held to 16..36;
--                    log2 of 2^29 and 2^31 is rounded up by one bit, which must not count as the next octave
--   file_type        class of the suffix; other where the suffix is not known, none where there is none
--   file_type_code   stable code of the class; codes are never reused
--   compressed_name  whether the suffix says that the content is compressed
WITH suffixed AS (
  SELECT
    *,
    lower(substring_index(substring_index(path, '/', -1), '.', -1)) AS tail,
    instr(substring(substring_index(path, '/', -1), 2), '.') > 0 AS has_suffix
  FROM files
  WHERE entry_type = 'file'
),
named AS (
  SELECT *, CASE WHEN has_suffix AND length(tail) <= 12 THEN tail ELSE '' END AS suffix
  FROM suffixed
),
classed AS (
  SELECT
    *,
    CASE
      WHEN suffix = '' THEN 'none'
      WHEN suffix IN ('txt', 'log', 'out', 'err', 'md', 'rst') THEN 'text'
      WHEN suffix IN ('c', 'h', 'cc', 'cpp', 'hpp', 'f', 'f90', 'py', 'r', 'jl', 'java', 'go', 'rs', 'js',
                      'ts', 'sh', 'pl', 'm', 'cu', 'o', 'a', 'so', 'pyc') THEN 'source'
      WHEN suffix IN ('json', 'yaml', 'yml', 'toml', 'ini', 'cfg', 'conf', 'xml', 'nml') THEN 'config'
      WHEN suffix IN ('gz', 'bz2', 'xz', 'zst', 'zip', '7z', 'tgz', 'lz4', 'rar') THEN 'compressed'
      WHEN suffix IN ('jpg', 'jpeg', 'png', 'tif', 'tiff', 'gif', 'webp', 'dcm', 'svs', 'mrc', 'mp4', 'mkv',
                      'avi', 'mov', 'wav', 'mp3', 'flac') THEN 'media'
      WHEN suffix IN ('h5', 'hdf5', 'nc', 'nc4', 'cdf', 'fits', 'zarr', 'npy', 'npz', 'mat', 'vtk', 'vtu',
                      'grib', 'grb', 'silo', 'xtc', 'trr', 'dcd') THEN 'array'
      WHEN suffix IN ('fastq', 'fq', 'bam', 'sam', 'cram', 'vcf', 'bcf', 'fa', 'fasta', 'bed', 'gff') THEN 'genomics'
      WHEN suffix IN ('csv', 'tsv', 'parquet', 'orc', 'avro', 'arrow', 'feather') THEN 'table'
      WHEN suffix IN ('ckpt', 'chk', 'cpt', 'rst7', 'restart', 'pt', 'pth', 'safetensors', 'tfrecord',
                      'weights') THEN 'checkpoint'
      WHEN suffix IN ('db', 'sqlite', 'mdb', 'ldb', 'rdb', 'wal') THEN 'database'
      WHEN suffix IN ('dat', 'bin', 'raw', 'data', 'img', 'iso', 'tar') THEN 'binary'
      ELSE 'other'
    END AS file_type
  FROM named
)
SELECT
  path, path_bytes, parent_path, parent_path_bytes, entry_id, uid, size_bytes, allocated_bytes,
  atime, mtime, id_base_time, links, restriction, chunk_bytes, num_targets, target_ids,
  suffix,
  CAST(least(greatest(ceil(log2(greatest(size_bytes, 1)) - 1e-9D), 16), 36) AS INT) AS size_octave,
  file_type,
  CASE file_type
    WHEN 'none' THEN 0D WHEN 'text' THEN 1D WHEN 'source' THEN 2D WHEN 'config' THEN 3D
    WHEN 'compressed' THEN 4D WHEN 'media' THEN 5D WHEN 'array' THEN 6D WHEN 'genomics' THEN 7D
    WHEN 'table' THEN 8D WHEN 'checkpoint' THEN 9D WHEN 'database' THEN 10D WHEN 'binary' THEN 11D
    ELSE 12D
  END AS file_type_code,
  suffix IN ('gz', 'bz2', 'xz', 'zst', 'zip', '7z', 'tgz', 'lz4', 'rar', 'jpg', 'jpeg', 'png', 'webp',
             'mp4', 'mkv', 'mov', 'mp3', 'flac', 'npz', 'bam', 'cram', 'bcf', 'parquet', 'orc')
    AS compressed_name
FROM classed
