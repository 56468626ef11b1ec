import type { Randomness } from "../cloud/randomness.ts";

const ADVERBS =
  "ably barely boldly calmly clearly dearly deeply duly early easily evenly fairly firmly freely gently gladly gravely " +
  "hardly highly hugely kindly largely lightly loudly mainly mildly mostly namely nearly neatly nicely oddly only openly " +
  "partly plainly poorly purely quietly rarely really rightly safely sharply shortly slowly smoothly softly solely surely " +
  "swiftly truly vastly warmly weekly widely wildly wisely yearly";
const ADJECTIVES =
  "able amber ample apt arctic bold brave brief bright brisk busy calm chief civil clean clear clever cool crisp deep dear " +
  "eager early easy equal even exact fair fast fine firm fit fluent fond free fresh gentle glad golden good grand great happy " +
  "humble ideal jolly keen kind light lively loyal lucky major merry mighty modest neat noble open patient polite prime proud " +
  "pure quick quiet rapid rare ready rich robust secure sharp silent simple smart smooth social solid sound stable steady strong " +
  "sunny super swift tender tidy tough true unique vast vivid warm wise worthy young";
const ANIMALS =
  "adder akita alpaca ant antelope ape badger barnacle bass bat beagle bear beaver bee beetle bird bison boar bobcat buck " +
  "buffalo bug bull camel cardinal caribou cat catfish chamois cheetah clam cobra cod colt condor corgi cougar cow coyote crab " +
  "crane cricket crow deer dingo dog dolphin donkey dory dove duck eagle eel egret elk emu falcon fawn ferret finch fish fly fox " +
  "frog gar gecko gibbon giraffe goat goose gopher grouse gull hare hawk hen heron hippo hornet horse hound husky ibex iguana " +
  "impala jackal jaguar jay kite kiwi koala lab lamb lark leopard lion lizard llama lobster loon lynx macaw magpie mako mammal " +
  "marlin marmot marten martin mink mole moose moth mouse mule newt ocelot octopus oryx osprey otter owl ox oyster panda parrot " +
  "penguin perch pigeon pika pony poodle puffin puma python quail rabbit raccoon ram raptor raven ray robin salmon seal shark " +
  "sheep shrew shrimp skink skunk sloth snail snake spider squid stag starling stork swan swift tapir tern terrier tiger toad " +
  "trout tuna turkey turtle unicorn urchin viper vole vulture wahoo walrus wasp weasel whale whippet wolf wombat worm yak zebra";

/** A readable name of so many words: adverbs, then an adjective, then an animal. */
export function petName(words: number, random: Randomness): readonly string[] {
  const pick = (list: string): string => {
    const choices = list.split(" ");
    return choices[random.integer(0, choices.length - 1)] ?? "";
  };
  if (words <= 1) return [pick(ANIMALS)];
  const adverbs = Array.from({ length: words - 2 }, () => pick(ADVERBS));
  return [...adverbs, pick(ADJECTIVES), pick(ANIMALS)];
}
