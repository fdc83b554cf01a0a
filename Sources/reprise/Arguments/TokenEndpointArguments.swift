public import ArgumentParser
import Foundation
public import Plan
import Replay

/// The OAuth 2 endpoint for bearer tokens that no recorded response contains.
struct TokenEndpointArguments: ParsableArguments {
    @Option(
        name: .customLong("oauth-token-url"),
        help: ArgumentHelp(
            "Fetch bearer tokens that no recorded response contains from this OAuth 2 token endpoint.",
            discussion: """
                Each session fetches its token before the first use and ahead of its expiry. These requests are measured \
                separately. A host that is not loopback needs --allow-host.
                """,
            valueName: "url", visibility: .hidden))
    var url: String?

    @Option(
        name: .customLong("oauth-grant"),
        help: ArgumentHelp("The OAuth 2 grant type.", valueName: "grant", visibility: .hidden))
    var kind = TokenEndpoint.GrantKind.clientCredentials

    @Option(
        name: .customLong("oauth-client-id"),
        help: ArgumentHelp("The client identifier.", valueName: "id", visibility: .hidden))
    var clientID: String?

    @Option(
        name: .customLong("oauth-client-secret"),
        help: ArgumentHelp(
            "The client secret, in a file or variable; a public client has none.", valueName: "file|env:name",
            visibility: .hidden))
    var clientSecret: String?

    @Flag(
        name: .customLong("oauth-client-in-body"),
        help: ArgumentHelp(
            "Send the client's credentials in the body instead of by Basic authentication.", visibility: .hidden))
    var namesClientInBody = false

    @Option(
        name: .customLong("oauth-scope"),
        help: ArgumentHelp("The scope to request.", valueName: "scope", visibility: .hidden))
    var scope: String?

    @Option(
        name: .customLong("oauth-user"),
        help: ArgumentHelp(
            "User name for the grant 'password', such as user_{clone}@example.com.", valueName: "template",
            visibility: .hidden))
    var user: String?

    @Option(
        name: .customLong("oauth-password"),
        help: ArgumentHelp(
            "Password for the grant 'password', in a file or variable.", valueName: "file|env:name",
            visibility: .hidden))
    var password: String?

    @Option(
        name: .customLong("oauth-refresh-token"),
        help: ArgumentHelp(
            "First token for the grant 'refresh_token', in a file or variable; later ones come from the responses.",
            valueName: "file|env:name", visibility: .hidden))
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

    /// The endpoint; nil if none is given. Reads the files with secrets.
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

    /// The target of its requests; nil if none is given.
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
        else { throw CommandFailure("--oauth-token-url: '\(url)' is not an http:// or https:// URL", .usage) }
        let end = url[start...].firstIndex { $0 == "/" || $0 == "?" } ?? url.endIndex
        let path = String(url[end...])
        return (String(url[..<end]), path.hasPrefix("/") ? path : "/" + path)
    }

    /// A secret from a file, without the line break at its end.
    private static func secret(_ name: String) throws -> [UInt8] {
        var bytes = try KeyFile.content(name)
        while let last = bytes.last, last == 0x0a || last == 0x0d { bytes.removeLast() }
        return bytes
    }
}

extension TokenEndpoint.GrantKind: ExpressibleByArgument {}
