import ArgumentParser
import Foundation
import Glibc
import Replay

/// The proxy of a replay.
struct ProxyArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Send through a proxy: http://, https://, socks5:// or socks5h://[USER:PASSWORD@]HOST[:PORT].",
            discussion: """
                Uses libcurl. http targets are requested in absolute form, https targets through CONNECT; with --keep-host \
                both use CONNECT. Failures at the proxy have the cause 'proxy'. http_proxy and similar environment \
                variables are ignored.
                """,
            valueName: "url", visibility: .hidden))
    var proxy: String?

    @Option(
        help: ArgumentHelp(
            "File with the proxy's password. Default: the variable REPRISE_PROXY_PASSWORD.",
            discussion: "A password in the URL is visible in the process list.", valueName: "file", visibility: .hidden),
        completion: .file()
    )
    var proxyPasswordFile: String?

    @Option(
        help: ArgumentHelp(
            "Certificate authorities for an https proxy (PEM).", valueName: "file", visibility: .hidden),
        completion: .file())
    var proxyCacert: String?

    @Flag(help: ArgumentHelp("Do not verify the certificate of an https proxy.", visibility: .hidden))
    var proxyInsecure = false

    static let insecureWarning =
        "--proxy-insecure: the proxy's certificate is not verified: any server at that address receives the recorded traffic"

    func validate() throws {
        guard proxy != nil || (proxyCacert == nil && !proxyInsecure && proxyPasswordFile == nil) else {
            throw ValidationError("--proxy-cacert, --proxy-insecure and --proxy-password-file need --proxy.")
        }
    }

    /// The proxy, with its name resolved; nil if none is given.
    func resolved(allowedHosts: Set<String>) throws -> ResolvedProxy? {
        guard let named = try named() else { return nil }
        if let proxyCacert { try InputFile.check(proxyCacert, of: "--proxy-cacert") }
        if let proxyPasswordFile {
            guard named.user != nil else {
                throw CommandFailure("--proxy-password-file needs a user in --proxy: http://USER@HOST", .usage)
            }
            try InputFile.check(proxyPasswordFile, of: "--proxy-password-file")
        }
        do throws(TargetError) {
            var resolved = try ResolvedProxy(named, allowedHosts: allowedHosts)
            resolved.verifiesCertificate = !proxyInsecure
            resolved.certificateAuthorities = proxyCacert
            return resolved
        } catch {
            throw CommandFailure("--proxy: \(error.advised)", .usage)
        }
    }

    /// The proxy without its credentials; nil if none is given.
    var label: String? { (try? named())?.description }

    /// The password that is not in the URL; nil if there is none.
    private func secret() throws -> String? {
        guard let proxyPasswordFile else { return ProcessInfo.processInfo.environment["REPRISE_PROXY_PASSWORD"] }
        let text = try String(contentsOfFile: proxyPasswordFile, encoding: .utf8)
        return String(text.prefix { !$0.isNewline })
    }

    private func named() throws -> ReplayProxy? {
        guard let proxy else { return nil }
        do throws(ReplayProxy.Problem) {
            var named = try ReplayProxy(parsing: proxy)
            if named.user != nil, named.password?.isEmpty ?? true, let password = try? secret() {
                named.password = password
            }
            return named
        } catch {
            throw CommandFailure("--proxy: \(error.description)", .usage)
        }
    }
}
