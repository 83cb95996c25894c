//! Work that runs once at a time.

/// Whether such work runs. If it is requested while it runs, it runs once more, however often it was requested.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Coalesced {
    #[default]
    Idle,
    Running,
    /// It runs, and was requested again since it began.
    Stale,
}

impl Coalesced {
    /// Requests the work. Returns whether the caller must start it.
    pub(crate) fn request(&mut self) -> bool {
        let starts = *self == Self::Idle;
        *self = if starts { Self::Running } else { Self::Stale };
        starts
    }

    /// Notes that one round of the work has ended. Returns whether it must run again.
    pub(crate) fn end_round(&mut self) -> bool {
        let again = *self == Self::Stale;
        *self = if again { Self::Running } else { Self::Idle };
        again
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_requests_during_a_round_are_one_more_round() {
        let mut work = Coalesced::default();
        assert!(work.request());
        assert!(!work.request() && !work.request());
        assert!(work.end_round());
        assert!(!work.end_round());
        assert!(work.request());
    }
}
