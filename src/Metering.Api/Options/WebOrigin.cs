namespace Metering.Api;

/// <summary>The origin of a web page: scheme, host and port.</summary>
public static class WebOrigin
{
    /// <summary>Whether a text is one, such as <c>https://console.example.com</c>, without a path and without a user.</summary>
    // Strict, because it goes into a header: what could end the word there is in no host.
    public static bool IsOne(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        && uri.UserInfo.Length == 0 && text.Equals(uri.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase)
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is ':' or '/' or '.' or '-' or '[' or ']');
}
