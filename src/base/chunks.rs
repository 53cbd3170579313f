//! Long lists of which most is shared with the list before: changing one element copies one chunk.

use std::ops::Index;
use std::sync::Arc;

/// Elements in a chunk: few enough to copy in a microsecond or two, many enough that the list of
/// chunks is short.
const SIZE: usize = 128;

/// A list in chunks.
#[derive(Debug)]
pub struct Chunks<T> {
    chunks: Vec<Arc<[T]>>,
    len: usize,
}

impl<T> Default for Chunks<T> {
    fn default() -> Self {
        Self { chunks: Vec::new(), len: 0 }
    }
}

/// Without asking that the elements can be cloned.
impl<T> Clone for Chunks<T> {
    fn clone(&self) -> Self {
        Self { chunks: self.chunks.clone(), len: self.len }
    }
}

impl<T> Chunks<T> {
    /// How many elements there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// An element, if there is one of this number.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&T> {
        self.chunks.get(index / SIZE)?.get(index % SIZE)
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.chunks.iter().flat_map(|chunk| chunk.iter())
    }

    /// As `slice::binary_search_by`.
    ///
    /// # Errors
    /// No element is equal; where one could be put.
    pub fn binary_search_by(
        &self,
        mut compare: impl FnMut(&T) -> std::cmp::Ordering,
    ) -> Result<usize, usize> {
        let at = self.chunks.partition_point(|chunk| {
            chunk.last().is_some_and(|last| compare(last) == std::cmp::Ordering::Less)
        });
        let Some(chunk) = self.chunks.get(at) else { return Err(self.len) };
        chunk.binary_search_by(compare).map(|found| at * SIZE + found).map_err(|place| at * SIZE + place)
    }

    /// Chunk by chunk: each as it is, or what `change` makes of it.
    #[must_use]
    pub fn with_chunks(&self, mut change: impl FnMut(usize, &Arc<[T]>) -> Arc<[T]>) -> Self {
        let chunks = self.chunks.iter().enumerate().map(|(at, chunk)| change(at * SIZE, chunk));
        Self { chunks: chunks.collect(), len: self.len }
    }
}

impl<T: Clone> Chunks<T> {
    /// Puts another element in the place of one.
    pub fn set(&mut self, index: usize, element: T) {
        if let Some(slot) =
            self.chunks.get_mut(index / SIZE).and_then(|chunk| Arc::make_mut(chunk).get_mut(index % SIZE))
        {
            *slot = element;
        }
    }
}

impl<T> FromIterator<T> for Chunks<T> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        let mut elements = elements.into_iter().peekable();
        let mut chunks: Vec<Arc<[T]>> = Vec::new();
        let mut len = 0;
        while elements.peek().is_some() {
            let chunk: Arc<[T]> = elements.by_ref().take(SIZE).collect();
            len += chunk.len();
            chunks.push(chunk);
        }
        Self { chunks, len }
    }
}

impl<T> Index<usize> for Chunks<T> {
    type Output = T;

    /// # Panics
    /// There is no such element.
    fn index(&self, index: usize) -> &T {
        &self.chunks[index / SIZE][index % SIZE]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_leaves_the_list_before_as_it_was() {
        let before: Chunks<usize> = (0..1000).collect();
        let mut after = before.clone();
        after.set(999, 7);
        after.set(1000, 7);
        assert_eq!((before[999], after[999], after.len(), after.get(1000)), (999, 7, 1000, None));
        assert!(Arc::ptr_eq(&before.chunks[0], &after.chunks[0]), "what is the same is shared");
        for wanted in [0, 127, 128, 998] {
            assert_eq!(before.binary_search_by(|one| one.cmp(&wanted)), Ok(wanted));
        }
        assert_eq!(before.binary_search_by(|one| one.cmp(&5000)), Err(1000));
        assert_eq!(before.iter().copied().collect::<Vec<_>>(), (0..1000).collect::<Vec<_>>());
        assert!(Chunks::<u8>::default().is_empty());
    }
}
