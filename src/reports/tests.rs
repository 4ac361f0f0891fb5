//! Tests of reports on each database there is: the life of a report, what is owed, lists and counts.

mod dues;
mod filing;
mod ground;
mod life;
mod lists;
mod matrix;
