using Webrana.Data.Protection;

namespace Webrana.Web.Hosting;

/// <summary>Settings under <c>Web</c>.</summary>
public sealed class WebOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Web";

    /// <summary>Folder of the Data Protection key ring. Several Webs must share one. Default: <c>keys</c> beside the application.</summary>
    public string KeysFolder { get; set; } = "keys";

    /// <summary>
    /// The certificate that encrypts those keys: they open every session's cookie. Not the one of API and silos, which opens what lies in the database.
    /// Default: none.
    /// </summary>
    public ProtectionOptions? Protection { get; set; }

    /// <summary>
    /// The address people type, for example <c>https://panel.example</c>. With https the session cookie is named <c>__Host-…</c> and always Secure.
    /// Default: none, and the cookie is Secure on requests that come by https.
    /// </summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>
    /// Whose word about the visitor's address is taken: addresses and networks of load balancers in front of the Web. Default: this machine. Everybody
    /// else's <c>X-Forwarded-For</c> is ignored.
    /// </summary>
    public IList<string> TrustedProxies { get; } = [];

    /// <summary>How long a sign-in lasts without a visit. Not longer than the API keeps a session. Default 14 days.</summary>
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromDays(14);
}

/// <summary>Settings under <c>Api</c>.</summary>
public sealed class ApiOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Api";

    /// <summary>Root of Webrana's API. Required.</summary>
    public Uri? BaseUrl { get; set; }

    /// <summary>The API's address as browsers know it: consoles connect there. Default: <see cref="BaseUrl"/>.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>A call that has no answer by then is reported as unreachable. Default 30 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);
}
