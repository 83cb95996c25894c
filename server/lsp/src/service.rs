//! Around the library's router: keeps the order of arrival, survives panics and leaves no request without an answer. It
//! does not know what requests mean.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use base::Panicked;
use futures::future::{BoxFuture, FutureExt, ready};
use tower::Service;
use tower_lsp::jsonrpc::{Error, Id, Request, Response};
use tracing::{Instrument, debug, debug_span, error};

use crate::errors::{failed, internal};
use crate::recent::Recent;

/// The largest number of waiting requests of one client. Notifications and cancellations are always accepted.
pub(crate) const MOST: usize = 1000;

type Answer<E> = Result<Option<Response>, E>;

/// A service whose handlers start in the order in which their messages came, whose panics are answers, and which answers
/// every request: those beyond `MOST` that wait, with an error.
pub(crate) struct Guarded<S> {
    inner: S,
    recent: Arc<Recent>,
    commands: Vec<&'static str>,
    /// What is made of each message before the library reads it, which drops notifications that it cannot read.
    prepare: Box<dyn Fn(Request) -> Request + Send>,
    waiting: Arc<()>,
}

impl<S> Guarded<S> {
    /// `commands` are logged by their own names; other commands by their method.
    pub(crate) fn new(inner: S, recent: Arc<Recent>, commands: Vec<&'static str>) -> Self {
        Self { inner, recent, commands, prepare: Box::new(|request| request), waiting: Arc::new(()) }
    }

    /// Passes each message through `prepare`, in the order of arrival, before its handler starts.
    pub(crate) fn preparing(self, prepare: impl Fn(Request) -> Request + Send + 'static) -> Self {
        Self { prepare: Box::new(prepare), ..self }
    }

    /// The name of a request in the log: its method, or its command.
    fn named(&self, request: &Request) -> String {
        let command = request.params().filter(|_| request.method() == "workspace/executeCommand");
        let command = command.and_then(|p| p.get("command")?.as_str()).filter(|c| self.commands.contains(c));
        command.unwrap_or(request.method()).to_owned()
    }
}

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
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let (id, method, came) = (request.id().cloned(), self.named(&request), Instant::now());
        let recent = self.recent.clone();
        // Log lines name the request.
        let span = debug_span!("request", method, id = id.as_ref().map(tracing::field::display));
        // Held until the answer is there.
        let waiting = id.is_some().then(|| self.waiting.clone());
        if let Some(id) = id.clone().filter(|_| Arc::strong_count(&self.waiting) > MOST + 1) {
            let why = format!("{MOST} requests of this editor wait for their answers already");
            return ready(Ok(Some(Response::from_error(id, failed(why))))).boxed();
        }
        let started = catch_unwind(AssertUnwindSafe(|| {
            let request = (self.prepare)(request);
            let called = span.in_scope(|| self.inner.call(request)).instrument(span.clone());
            let mut future = AssertUnwindSafe(called).catch_unwind().boxed();
            // A handler changes state before its first await. That part runs here, where messages come in one after the
            // other, and not when the library polls it, which for a full queue is later than the next message.
            // The library polls every future that it is given at least once, with a real waker.
            match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(answer) => ready(answer).boxed(),
                Poll::Pending => future,
            }
        }));
        let future = started.unwrap_or_else(|payload| ready(Err(payload)).boxed());
        let answered = move |answer: std::thread::Result<Answer<S::Error>>| {
            drop(waiting);
            let took = came.elapsed();
            span.in_scope(|| debug!(?took, "answered"));
            if id.is_some() {
                recent.add(method, took);
            }
            let known = id.clone();
            let answer = answer.unwrap_or_else(|payload| Ok(panicked(known, &Panicked::from_payload(&*payload))));
            // The library passes over what begins with `$/`, which is right for a notification alone.
            answer.map(|answer| answer.or_else(|| id.map(|id| Response::from_error(id, Error::method_not_found()))))
        };
        future.map(answered).boxed()
    }
}

/// A request's one answer; a notification has none.
fn panicked(id: Option<Id>, panicked: &Panicked) -> Option<Response> {
    error!("{panicked}");
    id.map(|id| Response::from_error(id, internal(panicked.to_string())))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use tower::{ServiceExt, service_fn};

    use super::*;

    /// What a request and a notification get from a service that behaves like this.
    async fn check<F>(behave: impl Fn() -> F + Clone + Send + 'static, expected: Option<i64>)
    where
        F: Future<Output = Answer<Infallible>> + Send + 'static,
    {
        let mut service = Guarded::new(service_fn(move |_: Request| behave()), Arc::default(), Vec::new());
        for id in [Some(Id::Number(7)), None] {
            let mut request = Request::build("a");
            if let Some(id) = id.clone() {
                request = request.id(id);
            }
            let answer = service.ready().await.unwrap().call(request.finish()).await.unwrap();
            let seen = answer.map(|answer| (answer.id().clone(), answer.error().map(|e| e.code.code())));
            assert_eq!(seen, expected.and_then(|code| Some((id?, Some(code)))));
        }
    }

    #[tokio::test]
    async fn panics_are_answers_to_requests() {
        check(|| -> futures::future::Ready<_> { panic!("in call") }, Some(-32603)).await;
        check(|| async { panic!("at once") }, Some(-32603)).await;
        let later = || async {
            tokio::task::yield_now().await;
            panic!("later")
        };
        check(later, Some(-32603)).await;
    }

    #[tokio::test]
    async fn a_request_is_answered_whatever_the_library_does() {
        check(|| async { Ok(None) }, Some(-32601)).await;
    }

    #[tokio::test]
    async fn who_asks_too_much_at_once_is_told() {
        let (open, gate) = tokio::sync::watch::channel(false);
        let behave = move |_: Request| {
            let mut gate = gate.clone();
            async move {
                let _ = gate.wait_for(|open| *open).await;
                Ok::<_, Infallible>(None)
            }
        };
        let mut service = Guarded::new(service_fn(behave), Arc::default(), Vec::new());
        let mut call = |id: usize| service.call(Request::build("a").id(id as i64).finish());
        let waiting: Vec<_> = (0..MOST).map(&mut call).collect();
        let code = |answer: Answer<Infallible>| answer.unwrap().unwrap().error().unwrap().code.code();
        assert_eq!(code(call(MOST).await), -32803);
        open.send(true).unwrap();
        // Those that waited are answered, and there is room again.
        for answer in futures::future::join_all(waiting).await {
            assert_eq!(code(answer), -32601);
        }
        assert_eq!(code(call(MOST + 1).await), -32601);
    }

    #[tokio::test]
    async fn handlers_start_when_they_are_called() {
        let (sender, mut started) = tokio::sync::mpsc::unbounded_channel();
        let mut service = Guarded::new(
            service_fn(move |request: Request| {
                let sender = sender.clone();
                async move {
                    sender.send(request.method().to_owned()).unwrap();
                    tokio::task::yield_now().await;
                    Ok::<_, Infallible>(None)
                }
            }),
            Arc::default(),
            Vec::new(),
        );
        let futures: Vec<_> = ["a", "b", "c"].map(|method| service.call(Request::build(method).finish())).into();
        for method in ["a", "b", "c"] {
            assert_eq!(started.try_recv().as_deref(), Ok(method));
        }
        futures::future::join_all(futures.into_iter().rev()).await;
    }
}
