/// What must not be kept of exchanges: rules in order, of which the first that means a value decides.
public struct RedactionPolicy: Sendable {
    /// What becomes of bodies that cannot be searched by their structure.
    enum Unparsable: String, CaseIterable, Sendable {
        /// They are searched as text, for patterns, names and values redacted elsewhere.
        case scan
        /// They are not kept.
        case drop
    }

    var rules: [RedactionRule]
    var unparsable: Unparsable

    /// The policy for credentials and cookies; its text is ``defaultText``.
    public static let `default`: RedactionPolicy = {
        do throws(PolicyError) {
            return try RedactionPolicy(yaml: defaultText)
        } catch {
            preconditionFailure("the built-in policy is well-formed: \(error)")
        }
    }()

    /// The built-in policy as a user would write it.
    public static let defaultText = """
        # Credentials and cookies: what lets somebody act as the people recorded.
        # Case and the marks - _ . in names do not count; * stands for anything; the first rule that fits decides.
        rules:
          - name: ["*token_type", "*assertion_type", token_use, grant_type, response_type, "max*_tokens",
                   "prompt_tokens*", "completion_tokens*", "total_tokens", "input_tokens*", "output_tokens*", "*token_count", "*token_limit",
                   "*tokenizer*", "*expires*", "*expiry*", "*expiration*", "*_endpoint", "*passwordless*", "*_policy",
                   auth_type, auth_method, signature_method, "*signature_algorithm", "*signature_version", session_state,
                   "*lifetime", "*timeout", "*ttl", "code_challenge*", x_forwarded_host]
            action: keep
          - header: [authorization, proxy-authorization, www-authenticate, proxy-authenticate, authentication-info,
                     proxy-authentication-info, sec-websocket-protocol]
            action: pseudonymise
          - header: ["access-control-*", "sec-*", "*ratelimit*", "*-policy", "*-policy-report-only", ":authority"]
            action: keep
          - cookie: "*"
            action: pseudonymise
          - name: ["*token*", "*secret*", "*password*", "*passwd*", "*passphrase*", "*passcode*", pass, pwd, "*_pwd", pin,
                   otp, "*_otp", totp, hotp, "otp_*", "*api_key*", "*access_key*", "*private_key*", "*signing_key*",
                   "*credential*", "*jwt*", sid, session, "*session_id*", "*session_key*", "*sessid*", "*csrf*", "*xsrf*",
                   "*auth_code*", "*authorization*", auth, authkey, "*bearer*", "*signature*", sig, "*assertion*",
                   saml_response, saml_request, code_verifier, "*verification_code*", "*mfa_code*", "*2fa_code*",
                   "*security_code*", "*recovery_code*", cvv, cvc, cvv2, nonce, cnonce, "*cookie*", ticket, "*auth_ticket*"]
            action: pseudonymise
          - header: ["*session*", "*-auth", "*-auth-*", "x-auth*", "*-key", "*-otp*"]
            action: pseudonymise
          - query: [code, state, key]
            form: [code, state, key]
            action: pseudonymise
          - pattern: jwt
            action: pseudonymise
        """
}
