using Webrana.Web.Formatting;

namespace Webrana.Web.Tests.Formatting;

public sealed class RupiahTests
{
    [Theory]
    [InlineData(0, "Rp\u00A00")]
    [InlineData(999, "Rp\u00A0999")]
    [InlineData(150_000, "Rp\u00A0150.000")]
    [InlineData(1_234_567, "Rp\u00A01.234.567")]
    [InlineData(-150_000, "\u2212Rp\u00A0150.000")]
    [InlineData(long.MaxValue, "Rp\u00A09.223.372.036.854.775.807")]
    [InlineData(long.MinValue, "\u2212Rp\u00A09.223.372.036.854.775.808")]
    public void Amounts_are_written_with_dots_and_never_break(long amount, string written) => Assert.Equal(written, Rupiah.Format(amount));

    [Theory]
    [InlineData(100_000, "+Rp\u00A0100.000")]
    [InlineData(-100_000, "\u2212Rp\u00A0100.000")]
    [InlineData(0, "Rp\u00A00")]
    public void Movements_carry_their_sign(long amount, string written) => Assert.Equal(written, Rupiah.Signed(amount));

    [Theory]
    [InlineData("150000", 150_000L)]
    [InlineData("150.000", 150_000L)]
    [InlineData(" Rp\u00A0150.000 ", 150_000L)]
    [InlineData("rp 150.000", 150_000L)]
    [InlineData("0", 0L)]
    [InlineData("-5", null)]
    [InlineData("150,50", null)]
    [InlineData("1e6", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    [InlineData("99999999999999999999", null)]
    public void Typed_amounts_are_read_whole_or_not_at_all(string? typed, long? amount) => Assert.Equal(amount, Rupiah.Parse(typed));
}
