/**
 * Fetches the metrics that ingest takes from a live InfluxDB into ordinary export files. Knows no
 * Spark.
 *
 * <p>The client library's own query calls are not used, only its connection, services and Flux
 * parser: its InfluxQL reader passes over errors that a server reports inside an answer and cannot
 * read an empty cell of JSON, and its streams end without a word where a connection is cut.
 */
package org.chunkopt.pull;
