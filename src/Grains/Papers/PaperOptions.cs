using Webrana.Data.Papers;
using Webrana.Domain.Papers;

namespace Webrana.Grains.Papers;

/// <summary>What stands on papers. Configuration section <c>Papers</c>; a change concerns papers from then on.</summary>
public sealed class PaperOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Papers";

    public string SellerName { get; set; } = "Webrana";

    public string SellerAddress { get; set; } = "";

    /// <summary>NPWP.</summary>
    public string SellerTaxId { get; set; } = "";

    public string SellerEmail { get; set; } = "";

    /// <summary>Whether charges include PPN. Off until the seller is a taxable person (PKP).</summary>
    public bool Ppn { get; set; }

    /// <summary>12% = 1200.</summary>
    public int PpnRateBasisPoints { get; set; } = 1_200;

    /// <summary>The other tax base, 11/12 of the price; 1 and 1 for the ordinary one.</summary>
    public int PpnBaseNumerator { get; set; } = 11;

    public int PpnBaseDenominator { get; set; } = 12;

    public TaxRounding PpnRounding { get; set; } = TaxRounding.HalfUp;

    internal PaperSeller Seller => new(SellerName, SellerAddress, SellerTaxId, SellerEmail);
}
