import Formats
import HTTPTypes
import Hummingbird
import NIOCore
import Report

/// The routes of a live page's server.
struct LiveRoutes: Sendable {
    let hub: LiveHub
    let access: LiveAccess

    /// The most bytes of a form's body.
    private static let formLimit = 4096

    func router() -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        router.get("/") { request, _ in
            var response = reading(request) { page() }
            if response.headers[.setCookie] != nil {
                // The token must not stay in the address, where others can read it.
                response.status = .seeOther
                response.headers[.location] = "/"
                response.body = ResponseBody()
            }
            return response
        }
        router.get("/live.js") { request, _ in
            reading(request) { text(LivePage.script, "text/javascript; charset=utf-8") }
        }
        router.get("/live.css") { request, _ in
            reading(request) { text(LivePage.styleSheet, "text/css; charset=utf-8") }
        }
        router.get("/metrics") { request, _ in reading(request) { metrics(accept: request.headers[.accept]) } }
        router.get("/events") { request, _ in
            reading(request) { events(after: request.headers[.lastEventID]) }
        }
        for action in ["stop", "end-phase", "undo"] {
            router.post("/\(action)") { request, _ in try await changing(request, action) }
        }
        return router
    }

    private func page() -> Response { text(hub.page, "text/html; charset=utf-8") }

    private func metrics(accept: String?) -> Response {
        let page = MetricPage(accept: accept)
        return text(page.text(hub.families), page.contentType)
    }

    private func events(after id: String?) -> Response {
        guard hub.readerCount < LiveHub.readerLimit else {
            return text("Too many pages are open.\n", "text/plain; charset=utf-8", .serviceUnavailable)
        }
        let hub = hub
        let body = ResponseBody { writer in
            guard let reader = hub.enter() else { return try await writer.finish(nil) }
            defer { hub.leave(reader) }
            var known = id
            // A browser that lost the connection reconnects after two seconds.
            try await writer.write(ByteBuffer(string: "retry: 2000\n\n"))
            for await _ in reader.wakes {
                let (bytes, now, isLast) = hub.events(after: known)
                known = now
                try await writer.write(ByteBuffer(bytes: bytes.isEmpty ? LiveStream.heartbeat : bytes))
                if isLast { break }
            }
            try await writer.finish(nil)
        }
        return response(.ok, "text/event-stream; charset=utf-8", body)
    }

    private func changing(_ request: Request, _ action: String) async throws -> Response {
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: LiveRoutes.formLimit)
        } catch is NIOTooManyBytesError {
            return text("The form is too long.\n", "text/plain; charset=utf-8", .contentTooLarge)
        }
        let form = LiveRoutes.form(String(buffer: body))
        var shown = LiveRoutes.shown(by: request)
        shown.controlToken = request.headers[.repriseToken] ?? form["token"]
        switch access.changing(shown) {
        case .served, .servedWithCookie: break
        case .unauthorized: return unauthorized
        case .forbidden(let reason): return text("\(reason)\n", "text/plain; charset=utf-8", .forbidden)
        }
        let command: LiveCommand
        switch action {
        case "stop": command = .stop
        case "end-phase": command = .endPhase
        default:
            guard let fault = form["fault"], !fault.isEmpty else {
                return text("The name of the fault to undo is missing.\n", "text/plain; charset=utf-8", .badRequest)
            }
            command = .undo(fault: fault)
        }
        guard hub.accept(command) else {
            return text("The run no longer accepts this.\n", "text/plain; charset=utf-8", .conflict)
        }
        // A browser without scripts is sent back to the page.
        if request.headers[.repriseToken] == nil {
            var response = text("", "text/plain; charset=utf-8", .seeOther)
            response.headers[.location] = "/"
            return response
        }
        return text("Requested.", "text/plain; charset=utf-8", .accepted)
    }

    // MARK: - Access

    private func reading(_ request: Request, _ answer: () -> Response) -> Response {
        switch access.reading(LiveRoutes.shown(by: request)) {
        case .served: return answer()
        case .servedWithCookie:
            var response = answer()
            if let token = access.token {
                response.headers[.setCookie] =
                    "\(LiveAccess.cookieName)=\(token); HttpOnly; SameSite=Strict; Path=/"
            }
            return response
        case .unauthorized: return unauthorized
        case .forbidden(let reason): return text("\(reason)\n", "text/plain; charset=utf-8", .forbidden)
        }
    }

    private var unauthorized: Response {
        var response = text(
            "A token is needed: open the page with ?token=…, or send it as Authorization: Bearer.\n",
            "text/plain; charset=utf-8", .unauthorized)
        response.headers[.wwwAuthenticate] = "Bearer"
        return response
    }

    private static func shown(by request: Request) -> LiveAccess.Request {
        var shown = LiveAccess.Request()
        shown.authority = request.head.authority
        shown.authorization = request.headers[.authorization]
        shown.cookie = request.headers[.cookie]
        shown.origin = request.headers[.origin]
        shown.queryToken = request.uri.queryParameters["token"].map(String.init)
        return shown
    }

    /// The fields of a form (WHATWG URL, "application/x-www-form-urlencoded parsing").
    static func form(_ text: String) -> [String: String] {
        var form: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            form[decoded(parts[0])] = decoded(parts[1])
        }
        return form
    }

    private static func decoded(_ text: Substring) -> String {
        let bytes = Array(text.utf8).withUnsafeBufferPointer {
            PercentText.decoded($0, 0..<$0.count, plusIsSpace: true)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: - Responses

    private func text(_ text: String, _ type: String, _ status: HTTPResponse.Status = .ok) -> Response {
        response(status, type, ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private func response(_ status: HTTPResponse.Status, _ type: String, _ body: ResponseBody) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = type
        headers[.cacheControl] = "no-store"
        headers[.contentSecurityPolicy] =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
            + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        headers[.xContentTypeOptions] = "nosniff"
        headers[.referrerPolicy] = "same-origin"
        return Response(status: status, headers: headers, body: body)
    }
}

extension HTTPField.Name {
    fileprivate static let repriseToken = HTTPField.Name("X-Reprise-Token")!
    fileprivate static let lastEventID = HTTPField.Name("Last-Event-ID")!
}
