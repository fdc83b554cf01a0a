import FoundationEssentials
import Hummingbird

/// The context of one request in the middleware chain.
struct APIContext: RequestContext {
    /// The most bytes of a request body.
    static let maximumBodyBytes = 64 << 10

    var coreContext: CoreRequestContextStorage
    /// The claims of the accepted token; set on routes that need one.
    var caller: AccessClaims?

    var maxUploadSize: Int { APIContext.maximumBodyBytes }

    /// The client's address; empty if there is no connection.
    var client: String

    /// JSON with its keys in alphabetical order, so that equal responses are equal bytes.
    var responseEncoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        client = source.channel.remoteAddress?.ipAddress ?? ""
    }

    init(anySource source: some RequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        client = ""
    }
}
