//! Proofs out of the tiles of the store.

use ledger::Hash;
use ledger::merkle::{Plan, consistency_plan, inclusion_plan, root_plan};
use ledger::tiles::Tiles;
use sm3::Sm3;

use super::{Log, LogError};

impl Log {
    /// The proof that the leaf at `index` is in the log of `size` leaves.
    ///
    /// # Errors
    /// There is no such leaf in the log of that size, or the store cannot be reached.
    pub async fn inclusion(&self, index: u64, size: u64) -> Result<Vec<Hash>, LogError> {
        let plan = inclusion_plan(index, size).map_err(|error| LogError::NoSuch(error.to_string()))?;
        self.prove(&plan, size).await
    }

    /// The proof that the log of `size` leaves is the one of `old_size` leaves with leaves appended.
    ///
    /// # Errors
    /// The older one is empty or larger, the log is not that large, or the store cannot be reached.
    pub async fn consistency(&self, old_size: u64, size: u64) -> Result<Vec<Hash>, LogError> {
        let plan = consistency_plan(old_size, size).map_err(|error| LogError::NoSuch(error.to_string()))?;
        self.prove(&plan, size).await
    }

    /// The root the log had at `old_size`, in the log of `size` leaves.
    pub(super) async fn root_at(&self, old_size: u64, size: u64) -> Result<Hash, LogError> {
        let plan = root_plan(old_size, size).map_err(|error| LogError::NoSuch(error.to_string()))?;
        let found = self.prove(&plan, size).await?;
        found.first().copied().ok_or_else(|| LogError::Tiles("没有树根".into()))
    }

    async fn prove(&self, plan: &Plan, size: u64) -> Result<Vec<Hash>, LogError> {
        let mut tiles = Tiles::default();
        for tile in plan.tiles(size) {
            let found = self.store().tile(tile.level, tile.index, tile.width).await?;
            let bytes = found.ok_or_else(|| LogError::NoSuch(format!("大小为 {size} 的账本")))?;
            tiles.insert(tile, &bytes).map_err(|error| LogError::Tiles(error.to_string()))?;
        }
        plan.proof_from::<Sm3>(&tiles, size).map_err(|error| LogError::Tiles(error.to_string()))
    }
}
