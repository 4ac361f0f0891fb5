//! The sweep on both databases.
