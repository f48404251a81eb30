using GenreCloud.Client.Classify;
using GenreCloud.Dashboard.Try;

namespace GenreCloud.Dashboard.Tests.Try;

public sealed class SnippetsTests
{
    private const string Address = "http://127.0.0.1:5200/";

    [Fact]
    public void A_file_name_of_a_shell_command_is_one_word_whatever_is_in_it() =>
        Snippets.Curl(Address, new ClassifyOptions { Model = "genres", Top = 3 }, "it's $(rm -rf ~).mp3")
            .ShouldBe(@"curl --data-binary @'it'\''s $(rm -rf ~).mp3' 'http://127.0.0.1:5200/api/classify?model=genres&top=3'");

    [Fact]
    public void Programs_ask_the_same_question_with_the_typed_client()
    {
        var code = Snippets.CSharp(Address, new ClassifyOptions { Model = "genres", Version = 2, Top = 10 }, "a \"b\" \\ c.mp3");

        code.ShouldContain("""MusicFile.At("a \"b\" \\ c.mp3")""");
        code.ShouldContain("""new ClassifyOptions { Model = "genres", Version = 2, Top = 10 }""");
        code.ShouldContain("""BaseAddress = new Uri("http://127.0.0.1:5200/")""");
    }
}
