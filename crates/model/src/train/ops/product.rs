//! Products of matrices that lie within slices, by the library that candle uses, without a tensor for each.
#![allow(unsafe_code)]

/// A matrix within a slice.
#[derive(Debug, Clone, Copy)]
pub struct Matrix<'a> {
    data: &'a [f32],
    rows: usize,
    columns: usize,
    /// From one row to the next.
    down: usize,
    /// From one column to the next.
    right: usize,
}

impl<'a> Matrix<'a> {
    /// `rows` rows of `columns` numbers side by side; the next row begins `down` numbers later.
    ///
    /// # Panics
    /// If the slice is too short.
    pub fn new(data: &'a [f32], rows: usize, columns: usize, down: usize) -> Self {
        assert!(rows > 0 && columns > 0 && (rows - 1) * down + columns <= data.len(), "a matrix lies within its slice");
        Matrix { data, rows, columns, down, right: 1 }
    }

    /// The same numbers with rows and columns exchanged.
    pub fn turned(self) -> Self {
        Matrix { rows: self.columns, columns: self.rows, down: self.right, right: self.down, ..self }
    }
}

/// Who computes a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The calling thread.
    One,
    /// All threads.
    All,
}

/// `out = scale · one · other`, or adds to it. A row of `out` begins `down` numbers after the one before.
///
/// # Panics
/// If the shapes do not fit or `out` is too short.
pub fn product(one: Matrix, other: Matrix, scale: f32, out: &mut [f32], down: usize, add: bool, by: By) {
    let (rows, columns, inner) = (one.rows, other.columns, one.columns);
    assert!(inner == other.rows && down >= columns && (rows - 1) * down + columns <= out.len(), "shapes fit");
    let parallelism = match by {
        By::One => gemm::Parallelism::None,
        By::All => gemm::Parallelism::Rayon(0),
    };
    // SAFETY: both matrices lie within their slices (checked by `new`, kept by `turned`), `out` holds `rows` rows of
    // `columns` numbers at distances that do not overlap, and nobody else holds it.
    unsafe {
        gemm::gemm(
            rows,
            columns,
            inner,
            out.as_mut_ptr(),
            1,
            down as isize,
            add,
            one.data.as_ptr(),
            one.right as isize,
            one.down as isize,
            other.data.as_ptr(),
            other.right as isize,
            other.down as isize,
            1.0,
            scale,
            false,
            false,
            false,
            parallelism,
        );
    }
}
