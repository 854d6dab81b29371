using System.Net.Mail;
using System.Text.RegularExpressions;

namespace Webrana.Api.Accounts;

/// <summary>What account fields may hold.</summary>
internal static partial class AccountRules
{
    public const string EmailRule = "An e-mail address of at most 254 characters.";
    public const string NameRule = "1 to 100 characters, without control characters.";
    public const string PhoneRule = "An Indonesian (08…) or international (+62…) number of 8 to 15 digits.";
    public const string LocaleRule = "'id' or 'en'.";

    public static bool IsEmail(string email) =>
        email.Length <= 254 && MailAddress.TryCreate(email, out var address) && address.Address == email && !email.Any(char.IsControl);

    public static bool IsName(string name) => name.Trim().Length is >= 1 and <= 100 && !name.Any(char.IsControl);

    public static bool IsPhone(string phone) => Phone().IsMatch(phone);

    public static bool IsLocale(string locale) => locale is "id" or "en";

    [GeneratedRegex(@"^\+?[0-9]{8,15}$", RegexOptions.CultureInvariant)]
    private static partial Regex Phone();
}
