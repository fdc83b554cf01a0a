import Testing

@testable import Plan

/// Distinguishing login and error pages from the recorded page.
@Suite struct PageSignsTests {
    private static let home = "<html><head><title>My orders</title></head><body>Order 17</body></html>"
    private static let login = #"<TITLE>Sign in</TITLE><form><input name=p Type="Password"></form>"#

    @Test(arguments: [
        (home, home.replacing("17", with: "5001"), nil, "the same with other ids"),
        (home, login, "asks for a password", "a login page"),
        (home, "<title>Shop</title><input type='password'>", "asks for a password", "a form in a page"),
        (home, "<html><head><title lang=en>\n Login | Shop </title>", "by its title", "a login without a password yet"),
        (home, "<title>Anmelden</title>", "by its title", "in another language"),
        (home, "<title>403 Forbidden</title>", "error", "a code"),
        (home, "<title>Not found - Shop</title>", "error", "words"),
        (home, "<script>window.location.href = '/login?next=%2F';</script>", "redirects to", "a script"),
        (home, "<meta http-equiv=\"refresh\" content=\"0; url=/accounts/login/\">", "redirects to", "a refresh"),
        (home, "<script>window.location.href = '/orders';</script>", nil, "a redirect elsewhere"),
        (home, "<title>How to sign in to all of our shops</title>", nil, "a page about logins"),
        (home, "<title>Issue 17: Error when I sign in</title>", nil, "a page about an error"),
        (login, login, nil, "a login was recorded"), (login, home, nil, "already logged in"),
        ("<input type=password>", "<title>Log in</title><input type=password>", nil, "a page that asks for it too"),
        ("<title>404</title>", "<title>404</title>", nil, "an error was recorded"),
        (home, "", nil, "nothing"), ("", "<title>", nil, "a title that does not end"),
    ])
    func pagesAreCompared(recorded: String, live: String, departure: String?, reason: String) {
        let found = PageSigns(Array(recorded.utf8)).departure(Array(live.utf8))
        if let departure {
            #expect(found?.contains(departure) == true, "\(reason): \(found ?? "none")")
        } else {
            #expect(found == nil, "\(reason)")
        }
    }
}
