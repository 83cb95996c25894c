//! Around the library's router: keeps the order of arrival and survives panics. What requests mean is not known here.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll, Waker};

use base::Panicked;
use futures::future::{BoxFuture, FutureExt, ready};
use tower::Service;
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Response};
use tracing::error;

type Answer<E> = Result<Option<Response>, E>;

/// A service whose handlers start in the order in which their messages came, and whose panics are answers.
pub(crate) struct Guarded<S>(pub(crate) S);

impl<S> Service<Request> for Guarded<S>
where
    S: Service<Request, Response = Option<Response>>,
    S::Error: Send + 'static,
    S::Future: Send + 'static,
{
    type Response = Option<Response>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Answer<S::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let id = request.id().cloned();
        let started = catch_unwind(AssertUnwindSafe(|| {
            let mut future = AssertUnwindSafe(self.0.call(request)).catch_unwind().boxed();
            // A handler changes state before its first await. That part runs here, where messages come in one after the
            // other, and not when the library gets round to polling it, which for a full queue is later than the next
            // message. The library polls every future that it is given at least once, with a real waker.
            match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(answer) => ready(answer).boxed(),
                Poll::Pending => future,
            }
        }));
        let future = started.unwrap_or_else(|payload| ready(Err(payload)).boxed());
        future
            .map(|answer| answer.unwrap_or_else(|payload| Ok(panicked(id, &Panicked::from_payload(&*payload)))))
            .boxed()
    }
}

/// A request's one answer; a notification has none.
fn panicked(id: Option<Id>, panicked: &Panicked) -> Option<Response> {
    error!("{panicked}");
    id.map(|id| Response::from_error(id, internal(panicked.to_string())))
}

/// A bug of ours, told to the client.
pub(crate) fn internal(message: String) -> Error {
    Error { code: ErrorCode::InternalError, message: message.into(), data: None }
}
