//! The whole life of a blocker on each database, with what is owed at each step.

mod life;
mod people;
mod world;
