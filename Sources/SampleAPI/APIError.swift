import HTTPTypes
import Hummingbird

/// An error response: a status, a code for programs and a sentence for people.
struct APIError: HTTPResponseError {
    let status: HTTPResponse.Status
    let code: String
    let detail: String
    var headers: HTTPFields = [:]

    func response(from request: Request, context: some RequestContext) throws -> Response {
        try EditedResponse(
            status: status, headers: headers, response: ["error": code, "error_description": detail]
        ).response(from: request, context: context)
    }

    static func badRequest(_ detail: String) -> APIError {
        APIError(status: .badRequest, code: "invalid_request", detail: detail)
    }

    static func unprocessable(_ detail: String) -> APIError {
        APIError(status: .unprocessableContent, code: "invalid_value", detail: detail)
    }

    static func notFound(_ detail: String) -> APIError {
        APIError(status: .notFound, code: "not_found", detail: detail)
    }

    static func conflict(_ detail: String) -> APIError {
        APIError(status: .conflict, code: "already_exists", detail: detail)
    }

    static func methodNotAllowed(_ allowed: String) -> APIError {
        APIError(
            status: .methodNotAllowed, code: "method_not_allowed", detail: "Allowed here: \(allowed).",
            headers: [.allow: allowed])
    }

    static let injectedFault = APIError(
        status: .internalServerError, code: "injected_fault", detail: "This failure was injected by --error-ratio.")

    /// 401 for wrong credentials: a name and password, or a refresh token.
    static func badCredentials(_ code: String, _ detail: String) -> APIError {
        APIError(status: .unauthorized, code: code, detail: detail, headers: [.wwwAuthenticate: realm])
    }

    /// 401 for a bearer token; if there is no token, the challenge names no error (RFC 6750, section 3.1).
    static func badToken(_ label: TokenLabel) -> APIError {
        guard let detail = label.refusal else {
            return APIError(
                status: .unauthorized, code: "missing_token", detail: "Send an access token: Authorization: Bearer …",
                headers: [.wwwAuthenticate: realm])
        }
        return APIError(
            status: .unauthorized, code: "invalid_token", detail: detail,
            headers: [.wwwAuthenticate: #"Bearer error="invalid_token", error_description="\#(detail)""#])
    }

    private static let realm = #"Bearer realm="sample-api""#
}
