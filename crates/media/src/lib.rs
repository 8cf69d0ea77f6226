//! Pictures that people send: read for what they are, shrunk, and written anew without anything else in them.
//!
//! - [`Studio`] turns what was sent into squares, or into smaller pictures, of the sizes that the shop shows
//! - [`Shelf`] keeps files under names that the shop makes
//!
//! **Invariants**
//! - The content decides what a picture is; neither its name nor what the client says about it is looked at.
//! - How large a picture would be is known before it is unpacked; one that is too large is never unpacked.
//! - What is kept was written here, pixel by pixel: no metadata, no place where it was taken, no second file behind it.
//! - So few pictures are worked on at once that memory stays bounded, and none of it on the threads of requests.

mod fitting;
mod picture;
mod shelf;
mod studio;

pub use picture::{Form, Refused, Rendition};
pub use shelf::{Name, Shelf};
pub use studio::{Studio, Unfinished};
