public import ArgumentParser
import Foundation
public import Plan
import Replay

/// Where bearer tokens are fetched that no recorded response gave.
struct TokenEndpointArguments: ParsableArguments {
    @Option(
        name: .customLong("oauth-token-url"),
        help: ArgumentHelp(
            "Fetch bearer tokens that no recorded response gave at this OAuth 2 token endpoint.",
            discussion: """
                A clone fetches its own before its first use and ahead of its expiry, one request at a time; these are \
                measured apart. A host that is not loopback needs --allow-host.
                """,
            valueName: "url"))
    var url: String?

    @Option(
        name: .customLong("oauth-grant"),
        help: "What is traded for a token: 'client_credentials', 'password' or 'refresh_token'.")
    var kind = TokenEndpoint.GrantKind.clientCredentials

    @Option(name: .customLong("oauth-client-id"), help: ArgumentHelp("The client's name.", valueName: "id"))
    var clientID: String?

    @Option(
        name: .customLong("oauth-client-secret"),
        help: ArgumentHelp(
            "The client's secret, in FILE or in a variable; none for a public client.", valueName: "file|env:name"))
    var clientSecret: String?

    @Flag(name: .customLong("oauth-client-in-body"), help: "Name the client in the body, not by Basic authentication.")
    var namesClientInBody = false

    @Option(name: .customLong("oauth-scope"), help: ArgumentHelp("The scope that is asked for.", valueName: "scope"))
    var scope: String?

    @Option(
        name: .customLong("oauth-user"),
        help: ArgumentHelp(
            "The user name of grant 'password', such as user_{clone}@example.com.", valueName: "template"))
    var user: String?

    @Option(
        name: .customLong("oauth-password"),
        help: ArgumentHelp("The password of grant 'password', in FILE or in a variable.", valueName: "file|env:name"))
    var password: String?

    @Option(
        name: .customLong("oauth-refresh-token"),
        help: ArgumentHelp(
            "The first token of grant 'refresh_token', in FILE or in a variable; each clone goes on from what it is given.",
            valueName: "file|env:name"))
    var refreshToken: String?

    func validate() throws {
        guard url != nil else {
            let isIdle =
                clientID == nil && clientSecret == nil && scope == nil && user == nil && password == nil
                && refreshToken == nil
            guard isIdle else { throw ValidationError("The --oauth options need --oauth-token-url.") }
            return
        }
        guard clientID != nil else { throw ValidationError("--oauth-token-url needs --oauth-client-id.") }
        switch kind {
        case .clientCredentials:
            guard clientSecret != nil else {
                throw ValidationError("--oauth-grant client_credentials needs --oauth-client-secret.")
            }
        case .password:
            guard user != nil, password != nil else {
                throw ValidationError("--oauth-grant password needs --oauth-user and --oauth-password.")
            }
        case .refreshToken:
            guard refreshToken != nil else {
                throw ValidationError("--oauth-grant refresh_token needs --oauth-refresh-token.")
            }
        }
    }

    /// The endpoint; nil when none is named. Reads the files of secrets.
    func endpoint() throws -> TokenEndpoint? {
        guard let (_, path) = try parts(), let clientID else { return nil }
        var endpoint = TokenEndpoint(
            path: path, kind: kind, clientID: clientID,
            clientSecret: try clientSecret.map(TokenEndpointArguments.secret))
        endpoint.namesClientInBody = namesClientInBody
        endpoint.scope = scope
        endpoint.userName = user ?? ""
        endpoint.password = try password.map(TokenEndpointArguments.secret) ?? []
        endpoint.refreshToken = try refreshToken.map(TokenEndpointArguments.secret) ?? []
        return endpoint
    }

    /// The target that its requests go to; nil when none is named.
    func target() throws -> ReplayTarget? {
        guard let (origin, _) = try parts() else { return nil }
        do throws(ReplayTarget.Problem) {
            return try ReplayTarget(parsing: "\(TokenEndpoint.authority)=\(origin)")
        } catch {
            throw CommandFailure("--oauth-token-url: \(error.description)", .usage)
        }
    }

    private func parts() throws -> (origin: String, path: String)? {
        guard let url else { return nil }
        guard let start = url.range(of: "://")?.upperBound, !url.contains("#"),
            url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f })
        else { throw CommandFailure("--oauth-token-url: '\(url)' is no http:// or https:// URL", .usage) }
        let end = url[start...].firstIndex { $0 == "/" || $0 == "?" } ?? url.endIndex
        let path = String(url[end...])
        return (String(url[..<end]), path.hasPrefix("/") ? path : "/" + path)
    }

    /// A secret as files hold it: without the line's end.
    private static func secret(_ name: String) throws -> [UInt8] {
        var bytes = try KeyFile.content(name)
        while let last = bytes.last, last == 0x0a || last == 0x0d { bytes.removeLast() }
        return bytes
    }
}

extension TokenEndpoint.GrantKind: ExpressibleByArgument {}
