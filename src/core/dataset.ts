/**
 * Rows to learn from: one row an entity (a customer, a session), one column a feature. What `train/` builds as of a
 * cut and models read; models never see SQL.
 */
export type Dataset = {
  readonly featureNames: readonly string[]
  /** Whose row it is; intervals resample these. */
  readonly rowIds: readonly string[]
  /** [rowIds × featureNames], row-major; NaN is a missing value. */
  readonly values: Float64Array
}
