//! The design matrix: one row an inquiry, one column a feature.
//!
//! Words and n-grams are sparse (about 60 of 150,000 columns are set in a row) and averaged word
//! vectors are dense (all of up to 256 columns), so [`Design`] keeps one block of each kind. The
//! sparse columns come first, the dense ones after them.
//!
//! Values are stored as `f32`, which halves the memory that every pass reads; all sums are `f64`.
//! Every sum has one fixed order, independent of the processor and of any thread count: the same
//! matrix gives the same bits everywhere. (Only `+` and `*` are used, which IEEE 754 makes exact to
//! the last bit; Rust never fuses them by itself.)

use std::borrow::Cow;
use std::sync::Arc;

use linfa::dataset::Records;
use ndarray::{Array2, Axis};
use sprs::CsMat;
use thiserror::Error;

/// Sums that run side by side; enough to fill two vector registers of the widest kind in use.
const LANES: usize = 8;

/// The two blocks of a [`Design`] do not have the same number of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the sparse block has {sparse} rows, the dense block {dense}")]
pub struct RowMismatch {
    /// Rows of the sparse block.
    pub sparse: usize,
    /// Rows of the dense block.
    pub dense: usize,
}

/// A matrix of training inquiries: a sparse block and, to the right of it, a dense block.
///
/// Rows are inquiries, columns are features; columns `0..sparse` are the sparse ones, the rest the
/// dense ones. Either block may have no columns. It is a [`Records`] and so fits into a
/// [`linfa::DatasetBase`].
///
/// # Examples
///
/// ```
/// use deskhand::train::matrix::Design;
/// use ndarray::array;
/// use sprs::CsMat;
///
/// // Two rows, three sparse columns: (1, 0, 2) and (0, 3, 0); one dense column.
/// let sparse = CsMat::new((2, 3), vec![0, 2, 3], vec![0, 2, 1], vec![1.0, 2.0, 3.0]);
/// let design = Design::new(sparse, array![[10.0], [20.0]])?;
///
/// assert_eq!((design.nrows(), design.ncols()), (2, 4));
/// assert_eq!(design.dot(&[1.0, 1.0, 1.0, 0.5]), [8.0, 13.0]);
/// assert_eq!(design.transpose_dot(&[1.0, 1.0]), [1.0, 3.0, 2.0, 30.0]);
/// # Ok::<(), deskhand::train::matrix::RowMismatch>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// Always in row order (CSR).
    sparse: Arc<CsMat<f32>>,
    /// Always in standard layout, so that a row is one slice.
    dense: Arc<Array2<f32>>,
    /// What the first sparse columns stand for, where they stand for rows of another matrix.
    words: Option<Arc<Design>>,
}

impl Design {
    /// The sparse columns that are set in a row, each once; of the inquiries' block where the
    /// matrix is [composed](Design::composed).
    pub(crate) fn sparse_row(&self, row: usize) -> &[usize] {
        self.sparse.outer_view(row).map_or(&[], |row| row.into_raw_storage().0)
    }

    /// Puts two blocks side by side.
    ///
    /// A sparse block in column order and a dense block in another layout are converted once, here.
    ///
    /// # Errors
    ///
    /// [`RowMismatch`] if the blocks differ in their number of rows.
    pub fn new(sparse: CsMat<f32>, dense: Array2<f32>) -> Result<Self, RowMismatch> {
        if sparse.rows() != dense.nrows() {
            return Err(RowMismatch { sparse: sparse.rows(), dense: dense.nrows() });
        }
        let dense = if dense.is_standard_layout() {
            dense
        } else {
            dense.as_standard_layout().into_owned()
        };
        Ok(Self { sparse: Arc::new(sparse.into_csr()), dense: Arc::new(dense), words: None })
    }

    /// A matrix with no dense columns.
    pub fn from_sparse(sparse: CsMat<f32>) -> Self {
        let dense = Arc::new(Array2::zeros((sparse.rows(), 0)));
        Self { sparse: Arc::new(sparse.into_csr()), dense, words: None }
    }

    /// A matrix with no sparse columns.
    pub fn from_dense(dense: Array2<f32>) -> Self {
        let sparse = Arc::new(CsMat::zero((dense.nrows(), 0)));
        Self { sparse, dense: Arc::new(dense.as_standard_layout().into_owned()), words: None }
    }

    /// A product of two matrices that is never multiplied out: the first columns of `inquiries`
    /// count words, and each word is a row of `words`, which holds what the word is made of (stem,
    /// character n-grams, vector). The columns of the result are those of `words`, then the columns
    /// of `inquiries` that are no words.
    ///
    /// An inquiry has some 40 words and a word some 300 features: 12,000 values a row if multiplied
    /// out. This way a pass costs the words of the inquiries plus the features of the vocabulary.
    ///
    /// # Panics
    ///
    /// If `inquiries` has fewer columns than `words` has rows.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskhand::train::matrix::Design;
    /// use ndarray::array;
    /// use sprs::CsMat;
    ///
    /// // Two words of two features each; one column that is no word.
    /// let words = Design::from_dense(array![[1.0, 0.0], [0.5, 2.0]]);
    /// let inquiries = CsMat::new((1, 3), vec![0, 3], vec![0, 1, 2], vec![1.0, 2.0, 7.0]);
    /// let design = Design::composed(inquiries, words);
    /// assert_eq!(design.ncols(), 3);
    /// assert_eq!(design.dot(&[1.0, 1.0, 1.0]), [1.0 + 2.0 * 2.5 + 7.0]);
    /// assert_eq!(design.transpose_dot(&[1.0]), [2.0, 4.0, 7.0]);
    /// ```
    pub fn composed(inquiries: CsMat<f32>, words: Design) -> Self {
        assert!(inquiries.cols() >= words.nrows(), "one column a word");
        Self { words: Some(Arc::new(words)), ..Self::from_sparse(inquiries) }
    }

    /// Number of inquiries.
    pub fn nrows(&self) -> usize {
        self.sparse.rows()
    }

    /// Number of features, sparse and dense together.
    pub fn ncols(&self) -> usize {
        let expanded = |words: &Arc<Design>| words.ncols().wrapping_sub(words.nrows());
        let growth = self.words.as_ref().map_or(0, expanded);
        self.own_cols().wrapping_add(growth)
    }

    /// Number of columns before words are expanded.
    fn own_cols(&self) -> usize {
        self.sparse.cols() + self.dense.ncols()
    }

    /// Number of columns of the sparse block.
    pub fn sparse_cols(&self) -> usize {
        self.sparse.cols()
    }

    /// The product `X·w`: one sum a row.
    ///
    /// # Panics
    ///
    /// If `weights` does not have [`ncols`](Self::ncols) values.
    ///
    /// # Complexity
    ///
    /// O(stored values); allocates the result.
    pub fn dot(&self, weights: &[f64]) -> Vec<f64> {
        assert_eq!(weights.len(), self.ncols(), "one weight a column");
        let own = self.expand(weights);
        let (sparse, dense) = own.split_at(self.sparse_cols());
        (0..self.nrows()).map(|row| self.row(row).dot(sparse, dense)).collect()
    }

    /// The product `Xᵀ·r`: one sum a column, rows added from first to last.
    ///
    /// # Panics
    ///
    /// If `factors` does not have [`nrows`](Self::nrows) values.
    ///
    /// # Complexity
    ///
    /// O(stored values + columns); allocates the result.
    pub fn transpose_dot(&self, factors: &[f64]) -> Vec<f64> {
        self.gather(factors, |value| value)
    }

    /// The product `(X∘X)ᵀ·r`, with every value squared: the diagonal of `Xᵀ·diag(r)·X`. Of a
    /// [composed](Self::composed) matrix an estimate: exact where no two words of a row share a
    /// feature.
    ///
    /// # Panics
    ///
    /// If `factors` does not have [`nrows`](Self::nrows) values.
    ///
    /// # Complexity
    ///
    /// O(stored values + columns); allocates the result.
    pub fn squared_transpose_dot(&self, factors: &[f64]) -> Vec<f64> {
        self.gather(factors, |value| value * value)
    }

    /// Adds `Xᵀ·r` to `out`, where `r[i] = factor(i, x_i·w)` is found on the way.
    ///
    /// One pass over the memory does what [`dot`](Self::dot) and
    /// [`transpose_dot`](Self::transpose_dot) do in two. `factor` is called once a row, from first
    /// to last, so it may keep sums of its own. A Hessian-vector product is
    /// `factor = |i, dot| curvature[i] * dot`.
    ///
    /// # Panics
    ///
    /// If `weights` or `out` does not have [`ncols`](Self::ncols) values.
    ///
    /// # Complexity
    ///
    /// O(stored values); allocates one value a column.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskhand::train::matrix::Design;
    /// use ndarray::array;
    ///
    /// let design = Design::from_dense(array![[1.0, 2.0], [3.0, 4.0]]);
    /// let mut gram = vec![0.0; 2];
    /// design.sweep(&[1.0, 0.0], &mut gram, |_, dot| dot); // the first column of XᵀX
    /// assert_eq!(gram, [10.0, 14.0]);
    /// ```
    pub fn sweep(
        &self,
        weights: &[f64],
        out: &mut [f64],
        mut factor: impl FnMut(usize, f64) -> f64,
    ) {
        assert_eq!(weights.len(), self.ncols(), "one weight a column");
        assert_eq!(out.len(), self.ncols(), "one output value a column");
        let own = self.expand(weights);
        let (sparse, dense) = own.split_at(self.sparse_cols());
        let mut sums = vec![0.0; self.own_cols()];
        let (sparse_sums, dense_sums) = sums.split_at_mut(self.sparse_cols());
        for index in 0..self.nrows() {
            let row = self.row(index);
            let factor = factor(index, row.dot(sparse, dense));
            row.add_to(factor, sparse_sums, dense_sums, |value| value);
        }
        let sums = self.collapse(sums, |value| value);
        out.iter_mut().zip(sums).for_each(|(out, sum)| *out += sum);
    }

    /// One weight a column of its own, from one weight a column of the product.
    fn expand<'w>(&self, weights: &'w [f64]) -> Cow<'w, [f64]> {
        let Some(words) = &self.words else { return Cow::Borrowed(weights) };
        let (inner, rest) = weights.split_at(words.ncols());
        let mut own = words.dot(inner);
        own.extend_from_slice(rest);
        Cow::Owned(own)
    }

    /// The reverse way of [`expand`](Self::expand): sums a column of the product.
    fn collapse(&self, own: Vec<f64>, map: impl Fn(f64) -> f64 + Copy) -> Vec<f64> {
        let Some(words) = &self.words else { return own };
        let (inner, rest) = own.split_at(words.nrows());
        let mut sums = words.gather(inner, map);
        sums.extend_from_slice(rest);
        sums
    }

    /// A matrix of the named rows, in that order; a row may be named more than once.
    ///
    /// # Panics
    ///
    /// If a row is not below [`nrows`](Self::nrows).
    ///
    /// # Examples
    ///
    /// ```
    /// use deskhand::train::matrix::Design;
    /// use ndarray::array;
    ///
    /// let design = Design::from_dense(array![[1.0], [2.0], [3.0]]);
    /// assert_eq!(design.select_rows(&[2, 0, 2]).dot(&[1.0]), [3.0, 1.0, 3.0]);
    /// ```
    pub fn select_rows(&self, rows: &[usize]) -> Self {
        let mut starts = vec![0];
        let (mut indices, mut values) = (Vec::new(), Vec::new());
        for &row in rows {
            let row = self.row(row);
            indices.extend_from_slice(row.indices);
            values.extend_from_slice(row.values);
            starts.push(indices.len());
        }
        let sparse = CsMat::new((rows.len(), self.sparse_cols()), starts, indices, values);
        let dense = self.dense.select(Axis(0), rows);
        Self { sparse: Arc::new(sparse), dense: Arc::new(dense), words: self.words.clone() }
    }

    /// Row and column of the first value that is infinite or not a number, or `None`. Of a
    /// [composed](Self::composed) matrix, first in its words, then in its inquiries.
    pub fn find_non_finite(&self) -> Option<(usize, usize)> {
        let in_words = self.words.as_ref().and_then(|words| words.find_non_finite());
        in_words.or_else(|| self.find_own_non_finite())
    }

    fn find_own_non_finite(&self) -> Option<(usize, usize)> {
        (0..self.nrows()).find_map(|index| {
            let row = self.row(index);
            let sparse = row.values.iter().position(|v| !v.is_finite()).map(|at| row.indices[at]);
            let dense = || row.dense.iter().position(|v| !v.is_finite());
            let column = sparse.or_else(|| dense().map(|at| self.sparse_cols() + at));
            column.map(|column| (index, column))
        })
    }

    /// Sums `r[i] * map(value)` for each column.
    fn gather(&self, factors: &[f64], map: impl Fn(f64) -> f64 + Copy) -> Vec<f64> {
        assert_eq!(factors.len(), self.nrows(), "one factor a row");
        let mut out = vec![0.0; self.own_cols()];
        let (sparse, dense) = out.split_at_mut(self.sparse_cols());
        for (index, &factor) in factors.iter().enumerate() {
            self.row(index).add_to(factor, sparse, dense, map);
        }
        self.collapse(out, map)
    }

    fn row(&self, index: usize) -> Row<'_> {
        let range = self.sparse.indptr().outer_inds_sz(index);
        let width = self.dense.ncols();
        let dense = self.dense.as_slice().expect("the dense block is kept in standard layout");
        Row {
            indices: &self.sparse.indices()[range.clone()],
            values: &self.sparse.data()[range],
            dense: &dense[index * width..(index + 1) * width],
        }
    }
}

impl Records for Design {
    type Elem = f32;

    fn nsamples(&self) -> usize {
        self.nrows()
    }

    fn nfeatures(&self) -> usize {
        self.ncols()
    }
}

/// One row: the stored values of the sparse block with their columns, and all of the dense block.
struct Row<'a> {
    indices: &'a [usize],
    values: &'a [f32],
    dense: &'a [f32],
}

impl Row<'_> {
    fn dot(&self, sparse: &[f64], dense: &[f64]) -> f64 {
        sparse_dot(self.indices, self.values, sparse) + dense_dot(self.dense, dense)
    }

    fn add_to(&self, factor: f64, sparse: &mut [f64], dense: &mut [f64], map: impl Fn(f64) -> f64) {
        for (&index, &value) in self.indices.iter().zip(self.values) {
            sparse[index] += factor * map(f64::from(value));
        }
        for (out, &value) in dense.iter_mut().zip(self.dense) {
            *out += factor * map(f64::from(value));
        }
    }
}

fn sparse_dot(indices: &[usize], values: &[f32], weights: &[f64]) -> f64 {
    indices.iter().zip(values).map(|(&index, &value)| f64::from(value) * weights[index]).sum()
}

/// Sums in [`LANES`] interleaved lanes: a single chain of additions could not be vectorised,
/// because that would change their order.
fn dense_dot(values: &[f32], weights: &[f64]) -> f64 {
    let (values, weights) = (values.chunks_exact(LANES), weights.chunks_exact(LANES));
    let rest = values.remainder().iter().zip(weights.remainder());
    let rest: f64 = rest.map(|(&value, &weight)| f64::from(value) * weight).sum();
    let mut lanes = [0.0; LANES];
    for (values, weights) in values.zip(weights) {
        for lane in 0..LANES {
            lanes[lane] += f64::from(values[lane]) * weights[lane];
        }
    }
    lanes.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array1, array};
    use proptest::prelude::*;

    /// The specification: everything as one dense `f64` matrix.
    fn to_dense(design: &Design) -> Array2<f64> {
        let sparse = design.sparse.to_dense();
        let both = ndarray::concatenate(Axis(1), &[sparse.view(), design.dense.view()]).unwrap();
        both.mapv(f64::from)
    }

    fn assert_close(got: &[f64], want: &Array1<f64>) {
        assert_eq!(got.len(), want.len());
        for (got, want) in got.iter().zip(want) {
            assert!((got - want).abs() <= 1e-9 * (1.0 + want.abs()), "{got} is not {want}");
        }
    }

    prop_compose! {
        fn designs()(rows in 0usize..7, sparse in 0usize..9, dense in 0usize..20)(
            words in prop::collection::vec(prop_oneof![Just(0.0f32), -2.0f32..2.0], rows * sparse),
            vectors in prop::collection::vec(-2.0f32..2.0, rows * dense),
            shape in Just((rows, sparse, dense)),
        ) -> Design {
            let words = Array2::from_shape_vec((shape.0, shape.1), words).unwrap();
            let vectors = Array2::from_shape_vec((shape.0, shape.2), vectors).unwrap();
            Design::new(CsMat::csr_from_dense(words.view(), 0.0), vectors).unwrap()
        }
    }

    /// Some values that differ from each other.
    fn ramp(len: usize) -> Array1<f64> {
        (0..len).map(|i| i as f64 * 0.75 - 2.0).collect()
    }

    proptest! {
        #[test]
        fn products_equal_those_of_a_dense_matrix(design in designs()) {
            let full = to_dense(&design);
            let (w, r) = (ramp(design.ncols()), ramp(design.nrows()));
            assert_close(&design.dot(w.as_slice().unwrap()), &full.dot(&w));
            let rows = r.as_slice().unwrap();
            assert_close(&design.transpose_dot(rows), &full.t().dot(&r));
            let squares = full.mapv(|v| v * v);
            assert_close(&design.squared_transpose_dot(rows), &squares.t().dot(&r));
        }

        #[test]
        fn sweep_equals_the_two_products_bit_for_bit(design in designs()) {
            let w = ramp(design.ncols()).to_vec();
            let mut out = vec![0.0; design.ncols()];
            design.sweep(&w, &mut out, |row, dot| dot * (row as f64 + 0.5));
            let factors = design.dot(&w).into_iter().enumerate().map(|(row, dot)| dot * (row as f64 + 0.5));
            prop_assert_eq!(out, design.transpose_dot(&factors.collect::<Vec<_>>()));
        }

        #[test]
        fn a_composed_matrix_is_the_product(
            words in designs(),
            counts in prop::collection::vec(0u8..3, 4 * 9),
        ) {
            let shape = (4, words.nrows() + 2);
            let counts = counts.iter().take(shape.0 * shape.1).map(|&count| f32::from(count));
            let counts = Array2::from_shape_vec(shape, counts.collect()).unwrap();
            let (inner, rest) = counts.view().split_at(Axis(1), words.nrows());
            let product = inner.mapv(f64::from).dot(&to_dense(&words));
            let rest = rest.mapv(f64::from);
            let full = ndarray::concatenate(Axis(1), &[product.view(), rest.view()]).unwrap();
            let design = Design::composed(CsMat::csr_from_dense(counts.view(), 0.0), words);
            let (w, r) = (ramp(design.ncols()), ramp(4));
            assert_close(&design.dot(w.as_slice().unwrap()), &full.dot(&w));
            assert_close(&design.transpose_dot(r.as_slice().unwrap()), &full.t().dot(&r));
        }

        #[test]
        fn selected_rows_keep_their_products(design in designs(), picks in prop::collection::vec(0usize..7, 0..9)) {
            let picks: Vec<_> = picks.into_iter().filter(|&row| row < design.nrows()).collect();
            let w = ramp(design.ncols()).to_vec();
            let all = design.dot(&w);
            let want: Vec<_> = picks.iter().map(|&row| all[row]).collect();
            prop_assert_eq!(design.select_rows(&picks).dot(&w), want);
        }
    }

    #[test]
    fn blocks_must_have_the_same_rows() {
        let error = Design::new(CsMat::zero((2, 3)), Array2::zeros((1, 1))).unwrap_err();
        assert_eq!(error.to_string(), "the sparse block has 2 rows, the dense block 1");
    }

    #[test]
    fn other_layouts_are_converted() {
        let words = array![[1.0f32, 0.0], [2.0, 3.0]];
        let by_column = CsMat::csc_from_dense(words.view(), 0.0);
        let design = Design::new(by_column, words.clone().reversed_axes()).unwrap();
        assert_eq!(to_dense(&design), array![[1.0, 0.0, 1.0, 2.0], [2.0, 3.0, 0.0, 3.0]]);
    }

    #[test]
    fn finds_the_first_bad_value_in_either_block() {
        let words = CsMat::new((2, 3), vec![0, 1, 2], vec![1, 2], vec![1.0, f32::NAN]);
        let found = |dense| Design::new(words.clone(), dense).unwrap().find_non_finite();
        assert_eq!(found(array![[0.0], [0.0]]), Some((1, 2)));
        assert_eq!(found(array![[f32::INFINITY], [0.0]]), Some((0, 3)));
        assert_eq!(Design::from_dense(array![[1.0]]).find_non_finite(), None);
    }

    #[test]
    #[should_panic(expected = "one weight a column")]
    fn a_wrong_number_of_weights_panics() {
        Design::from_dense(array![[1.0]]).dot(&[]);
    }
}
