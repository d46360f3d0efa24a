//! The function, its plans, files of every kind and the program; one test binary, because each one
//! links all of DataFusion.

mod files;
mod function;
mod helpers;
mod plans;
mod program;
