import FoundationEssentials
import Hummingbird

/// What belongs to one request on its way through the middleware.
struct APIContext: RequestContext {
    /// Bytes a request body may have.
    static let maximumBodyBytes = 64 << 10

    var coreContext: CoreRequestContextStorage
    /// Whose token was accepted; set on routes that need one.
    var caller: AccessClaims?

    var maxUploadSize: Int { APIContext.maximumBodyBytes }

    /// The client's address; empty where there is no connection.
    var client: String

    /// JSON with its keys in alphabetical order, so that equal answers are equal bytes.
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
