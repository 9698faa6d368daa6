//! The text around the place where a reader stands.

use super::place::Place;
use super::source::{HEADROOM, Piece, Source, SourceFault};

/// Text that is read but not yet used, and the place where it begins.
///
/// INVARIANT: `counted <= piece.start <= piece.end <= piece.bytes.len()`; `place` is that of `counted`.
pub(super) struct Window {
    source: Source,
    piece: Piece,
    counted: usize,
    place: Place,
}

impl Window {
    pub(super) fn new(source: Source) -> Window {
        Window { source, piece: Piece::default(), counted: 0, place: Place::START }
    }

    /// The text that is there now.
    #[inline]
    pub(super) fn text(&self) -> &[u8] {
        self.piece.bytes.get(self.piece.start..self.piece.end).unwrap_or_default()
    }

    /// Goes on behind the first `n` bytes of the text.
    #[inline]
    pub(super) fn pass(&mut self, n: usize) {
        self.piece.start = self.piece.end.min(self.piece.start + n);
    }

    /// The place where the text begins.
    #[inline]
    pub(super) fn place(&mut self) -> Place {
        self.place = self.place_ahead(0);
        self.counted = self.piece.start;
        self.place
    }

    /// The place `n` bytes into the text.
    pub(super) fn place_ahead(&self, n: usize) -> Place {
        let until = self.piece.end.min(self.piece.start + n);
        self.place.after(self.piece.bytes.get(self.counted..until).unwrap_or_default())
    }

    /// Gets more text behind what is there; false at the end.
    ///
    /// # Errors
    /// What is wrong behind the text. That text is then passed, and the place is that of the fault.
    pub(super) fn more(&mut self) -> Result<bool, SourceFault> {
        self.place();
        let n_left = self.piece.end - self.piece.start;
        if n_left > HEADROOM {
            return self.append();
        }
        // The little that is left goes in front of the next piece, so that no piece is copied as a whole.
        let mut left = [0; HEADROOM];
        if let Some(left) = left.get_mut(..n_left) {
            left.copy_from_slice(self.text());
        }
        let used = std::mem::take(&mut self.piece.bytes);
        let next = self.source.next(used);
        let (mut piece, is_more) = match next {
            Ok(Some(piece)) => (piece, true),
            Ok(None) => (Piece { bytes: vec![0; HEADROOM], start: HEADROOM, end: HEADROOM }, false),
            Err(fault) => {
                self.place = self.place.after(left.get(..n_left).unwrap_or_default());
                self.piece = Piece::default();
                self.counted = 0;
                return Err(fault);
            }
        };
        let start = piece.start - n_left;
        if let (Some(room), Some(left)) = (piece.bytes.get_mut(start..piece.start), left.get(..n_left)) {
            room.copy_from_slice(left);
        }
        piece.start = start;
        self.counted = start;
        self.piece = piece;
        Ok(is_more)
    }

    /// Grows the buffer by the next piece: for a line or value longer than the headroom.
    fn append(&mut self) -> Result<bool, SourceFault> {
        let next = self.source.next(Vec::new()).inspect_err(|_| {
            self.piece.start = self.piece.end;
            self.place =
                self.place.after(self.piece.bytes.get(self.counted..self.piece.end).unwrap_or_default());
            self.counted = self.piece.end;
        });
        let Some(next) = next? else { return Ok(false) };
        let Piece { bytes, start, end } = &mut self.piece;
        bytes.truncate(*end);
        if *start > bytes.len() / 2 {
            bytes.drain(..*start);
            *start = 0;
            self.counted = 0;
        }
        bytes.extend_from_slice(next.bytes.get(next.start..next.end).unwrap_or_default());
        *end = bytes.len();
        Ok(true)
    }
}
