using System.Globalization;
using Webrana.Web.Localization;
using Webrana.Wire.Billing;

namespace Webrana.Web.Billing;

/// <summary>An add-on in use, in words: what, and how much of it.</summary>
static class AddonText
{
    public static string Of(AddonUse addon, Texts texts)
    {
        var quantity = addon.Quantity.ToString("0.###", CultureInfo.InvariantCulture);
        return texts[$"AddonUse.{addon.Type}", texts.Of(addon.Type), texts.IsEnglish ? quantity : quantity.Replace('.', ',')];
    }
}
