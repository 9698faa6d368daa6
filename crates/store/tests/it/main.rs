//! Attachments in a folder and in memory.

mod blobs;
