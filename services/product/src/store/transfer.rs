//! The SQL of files of products: their jobs, their bytes, their faults, and products as rows of a file.

pub(crate) mod chunks;
pub(crate) mod faults;
pub(crate) mod jobs;
pub(crate) mod rows;
pub(crate) mod variations;
