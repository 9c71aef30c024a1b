//! The eleven states a payment can be in at a point of sale, and which of our own each is: the one table of it
//! (mobilepay.md §7.1).

use domain::{CloseReason, MoneyState, Payment, PosStage};

macro_rules! states {
    ($($name:ident,)*) => {
        /// In the interface's words.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum PosState {
            $($name,)*
        }

        impl PosState {
            /// Every one of them.
            pub const ALL: [Self; 11] = [$(Self::$name,)*];

            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }
        }
    };
}

states! {
    Prepared,
    Initiated,
    Paired,
    IssuedToUser,
    Reserved,
    Captured,
    CancelledByUser,
    CancelledByClient,
    CancelledByMobilePay,
    ExpiredAndCancelled,
    RejectedByMobilePayDueToAgeRestrictions,
}

impl PosState {
    /// The state of this name, in any case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name().eq_ignore_ascii_case(name))
    }

    #[must_use]
    pub fn of(payment: &Payment) -> Self {
        match payment.money {
            MoneyState::Open => match payment.pos_stage() {
                Some(PosStage::Prepared) => Self::Prepared,
                Some(PosStage::Initiated) | None => Self::Initiated,
                Some(PosStage::Paired) => Self::Paired,
                Some(PosStage::Issued) => Self::IssuedToUser,
            },
            MoneyState::Authorized => Self::Reserved,
            MoneyState::Captured => Self::Captured,
            MoneyState::Closed(reason) => closed(reason),
        }
    }

    /// Whether a payment in this state keeps others from being started.
    #[must_use]
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Prepared | Self::Initiated | Self::Paired | Self::IssuedToUser)
    }

    /// Whether something may still come of it.
    #[must_use]
    pub const fn is_listed_as_open(self) -> bool {
        self.is_active() || matches!(self, Self::Reserved)
    }
}

const fn closed(reason: CloseReason) -> PosState {
    match reason {
        CloseReason::CancelledByPayer => PosState::CancelledByUser,
        CloseReason::CancelledByMerchant
        | CloseReason::Voided
        | CloseReason::CancelledByOperator
        | CloseReason::Reversed => PosState::CancelledByClient,
        CloseReason::HoldExpired => PosState::ExpiredAndCancelled,
        CloseReason::TooYoung => PosState::RejectedByMobilePayDueToAgeRestrictions,
        CloseReason::Declined(_)
        | CloseReason::Expired
        | CloseReason::Withdrawn
        | CloseReason::DeviceFault
        | CloseReason::DeviceLost => PosState::CancelledByMobilePay,
    }
}
