using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Webrana.Api.Accounts;

/// <summary>Credentials we make: 256 random bits behind a prefix that secret scanners can find. Only hashes are stored.</summary>
internal static class Secrets
{
    public const string RefreshToken = "wbr_rt_";
    public const string WebSession = "wbr_ws_";
    public const string ApiToken = "wbr_pat_";
    public const string EmailChange = "wbr_ec_";

    // Without letters and digits that are read wrongly; 32 of them: five bits each.
    private const string ReadableAlphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    public static string New(string prefix) => prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>A plain hash is enough for 256 random bits: there is nothing to guess.</summary>
    public static byte[] Hash(string credential) => SHA256.HashData(Encoding.UTF8.GetBytes(credential));

    /// <summary>50 random bits that can be read aloud.</summary>
    public static string NewReferralCode() => RandomNumberGenerator.GetString(ReadableAlphabet, 10);

    /// <summary>100 random bits for the first password of an admin.</summary>
    public static string NewPassword() => RandomNumberGenerator.GetString(ReadableAlphabet, 20);
}
