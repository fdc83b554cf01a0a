import Foundation
import Synchronization
import TestSupport
import Traffic

/// A service that issues tokens on a loopback port, and counts what it receives.
///
/// People log in with `POST /login`, exchange a refresh token once with `POST /refresh`, and read `GET /me`, which
/// answers 401 to a token that is not the person's latest or has been used too often.
final class TokenService: Sendable {
    /// The service's counts.
    struct Counts {
        var logins = 0
        var refreshes = 0
        var refusedRefreshes = 0
        var accepted = 0
        var refused = 0
        /// Tokens received on another person's connection.
        var mixedUp = 0
    }

    private struct State {
        var counts = Counts()
        var people: [String: (person: String, uses: Int)] = [:]
        var refreshTokens: [String: String] = [:]
        /// The owner of each connection.
        var owners: [Int: String] = [:]
        var issued = 0
    }

    private let state = Mutex(State())
    private let box: Mutex<LoopbackServer?> = Mutex(nil)
    let lifetimeSeconds: Int
    /// The number of uses after which a token is refused.
    let usesAllowed: Int
    /// The response to a refresh.
    enum Refreshing { case works, refuses, hangs, repeats }
    let refreshing: Refreshing

    init(lifetimeSeconds: Int = 3600, usesAllowed: Int = .max, refreshing: Refreshing = .works) throws {
        self.lifetimeSeconds = lifetimeSeconds
        self.usesAllowed = usesAllowed
        self.refreshing = refreshing
        let server = try LoopbackServer { [self] request in answer(request) }
        box.withLock { $0 = server }
    }

    var url: String { box.withLock { $0?.url ?? "" } }
    var counts: Counts { state.withLock { $0.counts } }
    func stop() { box.withLock { $0?.stop() } }

    private func answer(_ request: LoopbackServer.Request) -> LoopbackServer.Answer {
        let body = String(decoding: request.body, as: UTF8.self)
        switch request.target {
        case "/login":
            return state.withLock { state in
                state.counts.logins += 1
                return tokens(for: TokenService.member("username", of: body), request, &state)
            }
        case "/refresh":
            return state.withLock { state in
                let presented = TokenService.member("refresh_token", of: body)
                if refreshing == .hangs { return .hang }
                guard refreshing != .refuses, let person = state.refreshTokens.removeValue(forKey: presented) else {
                    state.counts.refusedRefreshes += 1
                    return .ok("{}", status: "400 Bad Request")
                }
                state.counts.refreshes += 1
                return tokens(for: person, request, &state)
            }
        default: return state.withLock { protected(request, &$0) }
        }
    }

    private func protected(_ request: LoopbackServer.Request, _ state: inout State) -> LoopbackServer.Answer {
        let token = String(request.first("Authorization")?.dropFirst("Bearer ".count) ?? "")
        guard let (person, uses) = state.people[token], uses < usesAllowed else {
            state.counts.refused += 1
            return .ok("{}", status: "401 Unauthorized")
        }
        see(person, request, &state)
        if refreshing != .repeats { state.people[token] = (person, uses + 1) }
        state.counts.accepted += 1
        return .ok(#"{"you":"\#(person)"}"#)
    }

    private func see(_ person: String, _ request: LoopbackServer.Request, _ state: inout State) {
        if let owner = state.owners[request.connection], owner != person { state.counts.mixedUp += 1 }
        state.owners[request.connection] = person
    }

    private func tokens(
        for person: String, _ request: LoopbackServer.Request, _ state: inout State
    ) -> LoopbackServer.Answer {
        see(person, request, &state)
        state.issued += 1
        for (old, entry) in state.people where entry.person == person { state.people[old] = nil }
        let (access, refresh) = TokenService.pair(state.issued)
        state.people[access] = (person, 0)
        state.refreshTokens[refresh] = person
        return .ok(
            #"{"access_token":"\#(access)","refresh_token":"\#(refresh)","expires_in":\#(lifetimeSeconds)}"#,
            fields: ["Content-Type: application/json"])
    }

    private static func pair(_ number: Int) -> (access: String, refresh: String) {
        ("acc3ss00T0ken0000\(1_000_000 + number)", "r3fresh0T0ken0000\(1_000_000 + number)")
    }

    private static func member(_ name: String, of body: String) -> String {
        guard let start = body.range(of: "\"\(name)\":\"")?.upperBound else { return "" }
        return String(body[start...].prefix { $0 != "\"" })
    }

    /// A recorded session with such a service: a login, `reads` reads `gapMs` apart, and a refresh before the last of
    /// them if `refreshes`.
    static func session(number: UInt32 = 1, reads: Int, gapMs: Int64, refreshes: Bool = true) -> RecordedSession {
        let first = pair(-900_000 - Int(number))
        let second = pair(-800_000 - Int(number))
        func body(_ pair: (access: String, refresh: String)) -> String {
            #"{"access_token":"\#(pair.access)","refresh_token":"\#(pair.refresh)","expires_in":3600}"#
        }
        var exchanges = [
            Exchange(
                "POST", path: "/login", session: number, begin: 0, end: 1,
                fields: [("Content-Type", "application/json")],
                body: #"{"username":"ann\#(number)@example.org","password":"secret"}"#, responseBody: body(first))
        ]
        var now: Int64 = 5
        for read in 0..<reads {
            let isLast = refreshes && read == reads - 1
            if isLast {
                exchanges.append(
                    Exchange(
                        "POST", path: "/refresh", session: number, begin: now, end: now + 1,
                        fields: [("Content-Type", "application/json")],
                        body: #"{"refresh_token":"\#(first.refresh)"}"#, responseBody: body(second)))
                now += 5
            }
            exchanges.append(
                Exchange(
                    path: "/me", session: number, begin: now, end: now + 1,
                    fields: [("Authorization", "Bearer \(isLast ? second.access : first.access)")]))
            now += gapMs
        }
        return RecordedSession(number: number, exchanges: exchanges)
    }
}

/// A throwaway key of ES384, an algorithm that is slow enough to be signed away from the sending threads.
enum SlowKey {
    static let pem = """
        -----BEGIN PRIVATE KEY-----
        MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDAnbO1IzfLxgLaYp66z
        6GJyWDb1v3kG5bGN4j0ZYPdIpy5/g0bj8wUtxxUNRQiZN+ChZANiAATZtxXfBV08
        /vfUeRLN6USOq6NDwWvMEEENr4eWbHqwEz5hit4OOyBWFxyFvdo5Gvc5RC2+BRN/
        jUAhKRWoP8z2KiNqL5J1EO1WSYsMFx24uO55Kr/XHHXTdMGcDJSa4Uk=
        -----END PRIVATE KEY-----
        """
}
