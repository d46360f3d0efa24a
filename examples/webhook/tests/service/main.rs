//! The running program over real sockets; a stub plays the help desks' API and records the calls.

mod door;
mod help_desk;
mod hostile;
mod payloads;
mod program;
mod restart;
mod routing;
mod trouble;
