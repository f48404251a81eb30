using GenreCloud.Client.Classify;
using GenreCloud.Dashboard.Try;

namespace GenreCloud.Dashboard.Tests.Try;

public sealed class SnippetsTests
{
    private const string Address = "http://127.0.0.1:5200/";

    [Fact]
    public void A_file_name_of_a_shell_command_is_one_word_whatever_is_in_it() =>
        Snippets.Curl(Address, new ClassifyOptions { Model = "genres", Top = 3 }, "it's $(rm -rf ~).mp3", needsKey: false)
            .ShouldBe(@"curl --data-binary @'it'\''s $(rm -rf ~).mp3' 'http://127.0.0.1:5200/api/classify?model=genres&top=3'");

    [Fact]
    public void Programs_ask_the_same_question_with_the_typed_client()
    {
        var code = Snippets.CSharp(Address, new ClassifyOptions { Model = "genres", Version = 2, Top = 10 }, "a \"b\" \\ c.mp3", needsKey: false);

        code.ShouldContain("""MusicFile.At("a \"b\" \\ c.mp3")""");
        code.ShouldContain("""new ClassifyOptions { Model = "genres", Version = 2, Top = 10 }""");
        code.ShouldContain("""BaseAddress = new Uri("http://127.0.0.1:5200/")""");
    }

    [Fact]
    public void Where_keys_are_asked_for_there_is_a_place_for_one()
    {
        Snippets.Curl(Address, new ClassifyOptions(), "a.mp3", needsKey: true).ShouldStartWith("curl -H 'X-Api-Key: YOUR_KEY' --data-binary");
        Snippets.CSharp(Address, new ClassifyOptions(), "a.mp3", needsKey: true).Split('\n').ShouldContain("""http.DefaultRequestHeaders.Add("X-Api-Key", "YOUR_KEY");""");
    }
}
