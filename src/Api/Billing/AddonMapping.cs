using Webrana.Contracts.Droplets;
using Webrana.Wire.Billing;
using AddonType = Webrana.Wire.Billing.AddonType;

namespace Webrana.Api.Billing;

/// <summary>Add-ons in use, contract → wire.</summary>
internal static class AddonMapping
{
    public static AddonUse ToWire(AddonLine addon) => new(Enum.Parse<AddonType>(addon.Type.ToString()), addon.AmountIdr, addon.Quantity / 1_000m);
}
