//! Work that never runs twice at a time.

/// The state of the work. Any number of requests during a round cause one more round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Coalesced {
    #[default]
    Idle,
    Running,
    /// Running, and requested again since it began.
    Stale,
}

impl Coalesced {
    /// Requests the work. Returns whether the caller must start it.
    pub(crate) fn request(&mut self) -> bool {
        let starts = *self == Self::Idle;
        *self = if starts { Self::Running } else { Self::Stale };
        starts
    }

    /// Notes the end of a round. Returns whether the work must run again.
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
